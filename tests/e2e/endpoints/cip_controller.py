#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A scripted controller behind EtherNet/IP, written for these tests: no other can be installed. It has the tags Speed
and Mode (DINT), takes requests in Unconnected_Send to its slot 0 and on the connection that a ForwardOpen opens, and
closes when a connection's sequence count does not follow. Prints each service that reached it.

usage: cip_controller.py [PORT]     default 44818
"""
import socket
import struct
import sys

if sys.argv[1:] in (["-h"], ["--help"]):
    print(__doc__.strip())
    sys.exit(0)
# Encapsulation commands (CIP Networks Library Vol 2, 2-3.2), services (Vol 1, appendix A; Rockwell 1756-PM020).
REGISTER, UNREGISTER, SEND_RR_DATA, SEND_UNIT_DATA = 0x65, 0x66, 0x6F, 0x70
NULL_ADDRESS, CONNECTED_ADDRESS, CONNECTED_DATA, UNCONNECTED_DATA = 0, 0xA1, 0xB1, 0xB2
READ_TAG, WRITE_TAG, SET_ATTRIBUTE, UNCONNECTED_SEND, FORWARD_OPEN, FORWARD_CLOSE = 0x4C, 0x4D, 0x10, 0x52, 0x54, 0x4E
DINT = 0xC4
PATH_UNKNOWN, NOT_SUPPORTED = 0x05, 0x08
OWN_CONNECTION = 0x00C0FFEE
tags = {"Speed": 1200, "Mode": 1}


class Broken(Exception):
    """The other end broke the rules, or the connection ended."""


def tag_of(path):
    """The name of a path that is one ANSI extended symbol segment."""
    return path[2:2 + path[1]].decode() if path[:1] == b"\x91" else None


def answer(request, opener):
    """The message router's response to a request; `opener` remembers the connection that was asked for."""
    service, words = request[0], request[1]
    path, data = request[2:2 + 2 * words], request[2 + 2 * words:]

    def reply(status, body=b""):
        return bytes([service | 0x80, 0, status, 0]) + body

    if service == UNCONNECTED_SEND:
        length = struct.unpack("<H", data[2:4])[0]
        return answer(data[4:4 + length], opener)
    print(f"asked: {service:02x} {tag_of(path) or path.hex()}", flush=True)
    if service == FORWARD_OPEN:
        opener["peer"] = struct.unpack("<I", data[6:10])[0]
        return reply(0, struct.pack("<I", OWN_CONNECTION) + data[6:18] + data[22:26] + data[28:32] + b"\0\0")
    if service == FORWARD_CLOSE:
        return reply(0, data[2:10] + b"\0\0")
    if service not in (READ_TAG, WRITE_TAG):
        return reply(NOT_SUPPORTED)
    name = tag_of(path)
    if name not in tags:
        return reply(PATH_UNKNOWN)
    if service == WRITE_TAG:
        tags[name] = struct.unpack("<i", data[4:8])[0]
        return reply(0)
    return reply(0, struct.pack("<Hi", DINT, tags[name]))


def exactly(connection, count):
    out = b""
    while len(out) < count:
        part = connection.recv(count - len(out))
        if not part:
            raise Broken("closed by the other end")
        out += part
    return out


def items(body):
    """Type and data of the two items of a common packet format."""
    at, out = 8, []
    for _ in range(struct.unpack("<H", body[6:8])[0]):
        kind, length = struct.unpack("<HH", body[at:at + 4])
        out.append((kind, body[at + 4:at + 4 + length]))
        at += 4 + length
    return out


def packet(*parts):
    return b"\0" * 6 + struct.pack("<H", len(parts)) + b"".join(struct.pack("<HH", k, len(d)) + d for k, d in parts)


def serve(connection):
    opener, last = {}, None
    while True:
        header = exactly(connection, 24)
        command, length, session = struct.unpack("<HHI", header[:8])
        body = exactly(connection, length)
        if command == REGISTER:
            session, out = 0x1234, body
        elif command == SEND_RR_DATA:
            out = packet((NULL_ADDRESS, b""), (UNCONNECTED_DATA, answer(items(body)[1][1], opener)))
        elif command == SEND_UNIT_DATA:
            (_, own), (_, data) = items(body)
            count = struct.unpack("<H", data[:2])[0]
            if own != struct.pack("<I", OWN_CONNECTION) or count == last:
                raise Broken(f"sequence count {count} after {last}, connection {own.hex()}")
            last = count
            peer = struct.pack("<I", opener["peer"])
            out = packet((CONNECTED_ADDRESS, peer), (CONNECTED_DATA, data[:2] + answer(data[2:], opener)))
        else:
            raise Broken(f"command {command:02x}")
        connection.sendall(struct.pack("<HHI", command, len(out), session) + bytes(4) + header[12:] + out)


listener = socket.create_server(("0.0.0.0", int(sys.argv[1]) if len(sys.argv) > 1 else 44818))
print("ready", flush=True)
while True:
    client, _ = listener.accept()
    client.settimeout(60)
    try:
        serve(client)
    except (Broken, OSError) as error:
        print(f"closed: {error}", flush=True)
    client.close()
