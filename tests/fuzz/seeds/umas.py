#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the umas fuzz target, made from published layouts. Usage: umas.py DIRECTORY"""
import pathlib
import struct
import sys


def adu(transaction, data, key=b"\xa5", function=90):
    pdu = bytes([1, function]) + key + data
    return struct.pack(">HHH", transaction, 0, len(pdu)) + pdu


SEEDS = {
    "identify": (2, adu(1, b"\x02", b"\0"), adu(1, b"\xfe\x0b\x30", b"\0")),
    "refused": (2, adu(1, b"\x41\xff\0"), adu(1, b"\xfd\x80\1")),
    "exception": (2, adu(1, b"\x40"), adu(1, b"", b"\1", 0xDA)),
    "memory_block": (2, adu(1, b"\x20\1\x30\0\0\0\0\0\4\0"), adu(1, b"\xfe\1\4\0abcd")),
    "read_variables": (2, adu(1, b"\x22\1\2\3\4\2\2\x11\0\1\0\0\x09\x13\x22\0\1\0\0\x09\2\0"), adu(1, b"\xfe\1\2\3\4")),
    "write_variables": (2, adu(1, b"\x23\1\2\3\4\1\2\x11\0\0\0\0\0\x34\x12"), adu(1, b"\xfe")),
    "download": (0x2A, *[adu(i, d) for i, d in enumerate((b"\x10\0\0\0\0", b"\xfe\x5b", b"\x33\0\1", b"\xfe\0", b"\x34\0\1\1\0\4\0abcd", b"\xfe"))]),
    "unknown": (2, adu(1, b"\x99"), adu(1, b"\xfe")),
    "pipelined": (0x0C, adu(1, b"\x02"), adu(2, b"\x04"), adu(2, b"\xfe"), adu(1, b"\xfe")),
    "beside_modbus": (0, adu(1, b"\x02"), struct.pack(">HHHBBHH", 2, 0, 6, 1, 3, 0, 1)),
}

for name, (turns, *frames) in SEEDS.items():
    (pathlib.Path(sys.argv[1]) / name).write_bytes(bytes([turns]) + b"".join(frames))
