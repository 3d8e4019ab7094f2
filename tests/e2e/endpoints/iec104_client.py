#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A scripted IEC 104 control station, written for these tests: no other can be installed. It reads and commands, some
of it beyond what the policy lets it, all over one connection, and gives up at the first sequence number that does not
follow.

usage: iec104_client.py HOST [PORT]
"""
import socket
import struct
import sys

import iec104_link as iec

if len(sys.argv) < 2:
    print(__doc__.strip())
    sys.exit(2)
STATION = 1
connection = socket.create_connection((sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2404), timeout=4)
link = iec.Link(connection)


def ask(kind, cause, ioa, element=b""):
    link.send(iec.Asdu(kind, cause, STATION, ioa, element))


def next_answer(kind, ioa):
    """The next ASDU that answers, the outstation's own reports left out. A refusal mirrors the request (7.2.3)."""
    while True:
        got = link.receive()
        if isinstance(got, int) or got.cause == iec.SPONTANEOUS:
            continue
        if got.negative or 44 <= got.cause <= 47:
            raise PermissionError(f"negative, cause {got.cause}, of type {got.kind}, object {got.ioa}")
        if got.cause in (iec.REQUEST, iec.INTERROGATED) or (got.kind, got.ioa) == (kind, ioa):
            return got


def value(asdu):
    return struct.unpack("<f", asdu.element[:4])[0] if asdu.kind == iec.SHORT_FLOAT else asdu.element[0] & 1


def read(ioa):
    ask(iec.READ, iec.REQUEST, ioa)
    return value(next_answer(iec.READ, ioa))


def act(kind, ioa, element):
    """Activates, and waits for the termination; tells the values that came between."""
    ask(kind, iec.ACTIVATION, ioa, element)
    told = []
    while True:
        got = next_answer(kind, ioa)
        if got.cause == iec.INTERROGATED:
            told.append(f"{got.ioa}={value(got)}")
        elif got.cause == iec.TERMINATION:
            return " ".join(told) or "done"


def step(name, operation, *arguments):
    try:
        print(name, "->", operation(*arguments), flush=True)
    except PermissionError as error:
        print(name, "-> refused:", error, flush=True)
    except (iec.Broken, OSError) as error:
        print(name, "-> no answer:", error, flush=True)


def turns(count):
    """A command to each output in turn, so that the numbers of both ends drift ever further apart."""
    refused = done = 0
    for _ in range(count):
        try:
            act(iec.SINGLE_COMMAND, 302, ON)
        except PermissionError:
            refused += 1
        done += act(iec.SINGLE_COMMAND, 301, ON) == "done"
    return f"{refused} refused, {done} done"


def start():
    link.send_u(iec.STARTDT_ACT)
    return "done" if link.receive() == iec.STARTDT_CON else "no"


ON = b"\x01"
port = connection.getsockname()[1]
step("start", start)
step("read 201", read, 201)
step("interrogate", act, iec.INTERROGATION, 0, bytes([20]))
step("command 301", act, iec.SINGLE_COMMAND, 301, ON)
step("command 302", act, iec.SINGLE_COMMAND, 302, ON)
step("read 201 again", read, 201)
step("set point 401", act, iec.SET_POINT_FLOAT, 401, struct.pack("<fB", 50.0, 0))
step("clock", act, iec.CLOCK, 0, bytes(7))
step("100 turns of 302 and 301", turns, 100)
step("read 202", read, 202)
step("interrogate at the end", act, iec.INTERROGATION, 0, bytes([20]))
step("read 201 at the end", read, 201)
print(f"sent {link.sent}, received {link.received}, acknowledged {link.acknowledged}, from port {port}")
