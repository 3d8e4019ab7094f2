#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of opcua_fuzz: a byte of turns, then frames made by hand from Part 6."""
import pathlib
import struct

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "corpus" / "opcua"
NONE = "http://opcfoundation.org/UA/SecurityPolicy#None"
SIGN = "http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
NULL = b"\xff\xff\xff\xff"
NO_EXTENSION = bytes(3)


def u32(*values):
    return b"".join(struct.pack("<I", value & 0xffffffff) for value in values)


def text(value):
    return u32(len(value)) + value.encode()


def four(space, number):
    return struct.pack("<BBH", 1, space, number)


def named(space, value):
    return struct.pack("<BH", 3, space) + text(value)


def frame(kind, rest):
    return kind + u32(len(rest) + 8) + rest


def message(body, kind=b"MSGF", request=1, channel=5):
    return frame(kind, u32(channel, 1, 9, request) + body)


def request(service):
    return four(0, service) + four(1, 77) + bytes(8) + u32(1, 0) + NULL + u32(1000) + NO_EXTENSION


def response(service, status=0):
    return four(0, service) + bytes(8) + u32(1, status) + b"\0" + NULL + NO_EXTENSION


def opens(policy, body, channel):
    return frame(b"OPNF", u32(channel) + text(policy) + NULL + NULL + u32(9, 1) + body)


def channel(policy):
    return (opens(policy, request(446) + u32(0, 0, 1) + NULL + u32(3600), 0) +
            opens(policy, response(449) + u32(0, 5, 1) + bytes(8) + u32(3600) + NULL, 5))


def read_item(node):
    return node + u32(13) + NULL + bytes(2) + NULL


HELLO = frame(b"HELF", u32(0, 65535, 65535, 0, 0) + text("opc.tcp://plc:4840"))
ACKNOWLEDGE = frame(b"ACKF", u32(0, 65535, 65535, 0, 0))
READ = request(631) + bytes(8) + u32(0, 3) + read_item(four(2, 1)) + read_item(four(2, 2)) + read_item(named(3, "Pump"))
INT = b"\x01\x06" + u32(7)
FLOATS = b"\x01\x8a" + u32(2, 0x3f800000, 0)
MATRIX = b"\x0f\xc6" + u32(4, 1, 2, 3, 4, 2, 2, 2) + u32(0) + bytes(16)
NESTED = b"\x01\x98" + u32(2) + b"\x98" + u32(1) + b"\x00" + b"\x0c" + text("x")
WRITE = request(673) + u32(4) + b"".join(four(2, 9) + u32(13) + NULL + value for value in (INT, FLOATS, MATRIX, NESTED))
CALL = request(712) + u32(1) + four(2, 7) + four(2, 8) + u32(2) + b"\x01\x01" + b"\x15\x03" + text("en") + text("go")
BROWSE = request(527) + bytes(14) + u32(100, 1) + four(0, 85) + u32(0) + b"\x00\x21\x01" + u32(0, 63)
PATHS = request(554) + u32(1) + four(0, 84) + u32(1) + b"\x00\x21\x00\x01\x02\x00" + text("A")
MONITOR = request(751) + u32(1, 0, 1) + read_item(four(2, 9)) + u32(2, 1) + bytes(8) + NO_EXTENSION + u32(1) + b"\1"
ADD = (request(488) + u32(1) + four(0, 85) + b"\0\x23" + four(2, 500) + b"\2\0" + text("New") + u32(1) + four(0, 354) +
       b"\1" + text("attributes") + b"\0\x3a")
REFERENCE = request(494) + u32(1) + four(2, 3) + b"\0\x23\1" + NULL + b"\xc2\0\0" + u32(4) + text("urn:x") + u32(1, 1)
HISTORY = request(664) + four(0, 647) + b"\1" + text("details") + u32(0) + b"\0" + u32(1) + four(2, 6) + NULL + bytes(2) + NULL + NULL
UPDATE = request(700) + u32(1) + four(0, 682) + b"\1" + u32(8) + four(2, 6) + u32(1)
ACTIVATE = request(467) + NULL + NULL + NULL + NULL + four(0, 321) + b"\1" + text("anonymous") + NULL + NULL
QUERY = request(615) + bytes(14) + u32(1) + four(2, 5) + b"\1" + u32(0, 0, 1, 1)
DIAGNOSED = four(0, 397) + bytes(8) + u32(1, 0x80070000) + b"\x7f" + u32(0, 1, 2, 3) + text("more") + u32(5) + b"\x40\0" + u32(1) + text("s") + NO_EXTENSION
PUBLISHED = (response(829) + u32(1, 1, 7) + b"\0" + u32(3) + bytes(8) + u32(1) + four(0, 811) + b"\1" + text("data") + NULL + NULL)
VALUES = response(634) + u32(2) + INT + b"\x02" + u32(0x80340000) + NULL
REFERENCES = (response(530) + u32(1, 0) + NULL + u32(1) + b"\0\x23\1" + four(2, 5) + b"\2\0" + text("B") + b"\3" + text("en") +
              text("B") + u32(2) + b"\0\x3f" + NULL)


def whole(turns, *bodies):
    return bytes([turns]) + HELLO + ACKNOWLEDGE + channel(NONE) + b"".join(bodies)


SEEDS = {
    "hello": bytes([2]) + HELLO + ACKNOWLEDGE,
    "error": b"\1" + frame(b"ERRF", u32(0x80070000) + text("no")),
    "reverse": b"\2" + frame(b"RHEF", text("urn:plc") + text("opc.tcp://plc")) + HELLO,
    "channel": whole(0x0a),
    "read": whole(0x2a, message(READ), message(VALUES)),
    "write": whole(0x2a, message(WRITE), message(response(676) + u32(4, 0, 0, 0, 0) + NULL)),
    "call": whole(0x2a, message(CALL), message(DIAGNOSED)),
    "browse": whole(0x2a, message(BROWSE), message(REFERENCES)),
    "nodes": whole(0x0a, message(ADD), message(REFERENCE), message(request(500) + u32(1) + four(2, 3) + b"\1")),
    "paths": whole(0x0a, message(PATHS), message(QUERY)),
    "history": whole(0x0a, message(HISTORY), message(UPDATE)),
    "subscribe": whole(0x4a, message(MONITOR), message(request(826) + NULL, request=2), message(PUBLISHED, request=2)),
    "session": whole(0x0a, message(ACTIVATE), message(request(473) + b"\1"), message(request(452), b"CLOF")),
    "chunks": whole(0x0a, message(WRITE[:50], b"MSGC", 1), message(READ[:40], b"MSGC", 2), message(READ[40:], request=2),
                    message(WRITE[50:], request=1)),
    "abort": whole(0x0a, message(READ[:40], b"MSGC"), message(u32(1) + text("stop"), b"MSGA"), message(READ)),
    "signed": bytes([2]) + channel(SIGN) + message(READ + bytes(32)) + message(WRITE + bytes(32)),
    "encrypted": bytes([2]) + channel(SIGN) + message(bytes(range(64))),
    "foreign": whole(0x0a, message(four(3, 673) + READ[4:]), message(named(0, "631"))),
}

FOLDER.mkdir(parents=True, exist_ok=True)
for name, seed in SEEDS.items():
    (FOLDER / name).write_bytes(seed)
