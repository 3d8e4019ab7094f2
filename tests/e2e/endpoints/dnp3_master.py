#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A scripted DNP3 master, written for these tests: no other can be installed. Address 1, its outstation is 10. It reads
and operates, some of it beyond what the policy lets it, all over one connection.

usage: dnp3_master.py HOST [PORT]
"""
import socket
import struct
import sys

import dnp3_link as dnp3

if len(sys.argv) < 2:
    print(__doc__.strip())
    sys.exit(2)
connection = socket.create_connection((sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20000), timeout=4)
link = dnp3.Link(connection, 1, 10, dnp3.FROM_MASTER)
requests = 0
LATCH_ON = struct.pack("<BBIIB", 3, 1, 0, 0, 0)  # control code, count, on and off time, status


def ask(function, objects=b""):
    """What the outstation's answer has behind its indications."""
    global requests
    sequence = requests % 16
    requests += 1
    link.send(bytes([dnp3.WHOLE | sequence, function]) + objects)
    answered, kind, body = link.receive()
    if (answered, kind) != (sequence, dnp3.RESPONSE):
        raise dnp3.Broken(f"function {kind}, sequence {answered}, expected {sequence}")
    if body[1] & 0x07:  # no such function, object unknown, parameter error
        raise PermissionError(f"IIN2 {body[1]:02x}")
    return body[2:]


def read(first, last):
    values = ask(dnp3.READ, bytes([30, 5, 0, first, last]))[5:]
    return " ".join(str(struct.unpack("<f", values[at + 1:at + 5])[0]) for at in range(0, len(values), 5))


def operate(*indexes):
    headers = b"".join(bytes([12, 1, 0x17, 1, index]) + LATCH_ON for index in indexes)
    status = ask(dnp3.DIRECT_OPERATE, headers)[-1]
    return "done" if status == 0 else f"refused: status {status}"


def step(name, operation, *arguments):
    try:
        print(name, "->", operation(*arguments), flush=True)
    except PermissionError as error:
        print(name, "-> refused:", error, flush=True)
    except (dnp3.Broken, OSError) as error:
        print(name, "-> no answer:", error, flush=True)


step("read 0-3", read, 0, 3)
step("operate 1", operate, 1)
step("operate 5", operate, 5)
step("read 0-3 again", read, 0, 3)
step("operate 1 and 5", operate, 1, 5)
step("restart", ask, dnp3.COLD_RESTART)
step("read 8-9", read, 8, 9)
step("operate 1 again", operate, 1)
step("read 0-3 at the end", read, 0, 3)
print("from port", connection.getsockname()[1])
