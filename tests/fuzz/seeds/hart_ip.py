#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the hart_ip fuzz target, made from the specification. Usage: hart_ip.py DIRECTORY"""
import functools
import operator
import pathlib
import struct
import sys

DEVICE = bytes.fromhex("9103000001")
VALUE = struct.pack(">f", 12.5)


def message(kind, number, body=b"", status=0):
    return struct.pack(">BBBBHH", 1, kind, number, status, 1, 8 + len(body)) + body


def frame(delimiter, command, data=b"", address=DEVICE):
    out = bytes([delimiter]) + address + bytes([command, len(data)]) + data
    return out + bytes([functools.reduce(operator.xor, out)])


def request(command, data=b""):
    return message(0, 3, frame(0x82, command, data))


def answer(command, data):
    return message(1, 3, frame(0x86, command, data))


INNER = frame(0x82, 34, VALUE)[:-1]
SEEDS = {
    "session": (2, message(0, 0, b"\1\0\0\x27\x10"), message(1, 0, b"\1\0\0\x27\x10"), message(0, 2), message(0, 1)),
    "nak": (1, message(15, 0, b"\x0f", 15)),
    "identify": (2, message(0, 3, frame(2, 0, b"", b"\x80")), message(1, 3, frame(6, 0, b"\0\0\xfe" + bytes(20), b"\x80"))),
    "variables": (2, request(9, b"\xf6\0"), answer(9, b"\0\0\0" + (b"\xf6\x40\x20" + VALUE + b"\xc0") * 2 + bytes(4))),
    "dynamic": (2, request(3), answer(3, b"\0\0" + VALUE + (b"\x20" + VALUE) * 4)),
    "primary": (0xA, request(1), answer(1, b"\0\0\x20" + VALUE), request(2), answer(2, b"\0\0" + VALUE * 2)),
    "write": (2, request(35, b"\x20" + VALUE * 2), answer(35, b"\x07\0")),
    "simulate": (0, request(79, b"\1\1\x20" + VALUE + b"\0"), request(33, b"\0\1\2\3")),
    "extended": (2, request(31, b"\2\x1b\1\2"), answer(31, b"\x10\0\2\x1b")),
    "sub_device": (0, request(77, b"\1\1\5" + INNER)),
    "aggregated": (0, request(78, b"\2\0\1\0\0\x22\4" + VALUE)),
    "direct": (2, message(0, 4, b"\0\0\0\1\0\0\x22\4" + VALUE), message(1, 4, b"\0\0\0\1\6\0\x20" + VALUE)),
    "publish": (1, message(2, 3, frame(0x81, 9, b"\0\0\0\xf6\x40\x20" + VALUE + b"\xc0"))),
    "audit": (2, message(0, 5, b"\0\xff"), message(1, 5, bytes(64), 8)),
    "broadcast": (0, message(0, 3, frame(0x82, 11, bytes(6), b"\x80\0\0\0\0"))),
    "expansion": (0, message(0, 3, frame(0xA2, 1, b"", DEVICE + b"\1"))),
}

for name, (turns, *messages) in SEEDS.items():
    (pathlib.Path(sys.argv[1]) / name).write_bytes(bytes([turns]) + b"".join(messages))
