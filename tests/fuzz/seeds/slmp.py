#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the slmp fuzz target, made from SH-080956 and SH-080008. Usage: slmp.py DIRECTORY"""
import pathlib
import struct
import sys

ROUTE = b"\0\xff\xff\3\0"


def binary(body, subheader=b"\x50\0", route=ROUTE):
    return subheader + route + struct.pack("<H", len(body)) + body


def ask(command, sub, data, **how):
    return binary(struct.pack("<HHH", 16, command, sub) + data, **how)


def ascii_frame(body, subheader=b"5000"):
    return subheader + b"00FF03FF00" + b"%04X" % len(body) + body


def datagram(body, side=0):
    return struct.pack("<BH", side, len(body)) + body


GOOD = binary(b"\0\0", b"\xd0\0")
REQUESTS = {
    "read": ask(0x0401, 0, b"\x64\0\0\xa8\3\0"), "read_bits": ask(0x0401, 1, b"\x64\0\0\x90\3\0"), "read_wide": ask(0x0401, 2, b"\x64\0\0\0\xa8\0\3\0"),
    "write": ask(0x1401, 0, b"\x64\0\0\xa8\2\0\1\0\2\0"), "write_bits": ask(0x1401, 1, b"\x64\0\0\x90\3\0\x11\x10"),
    "random": ask(0x0403, 0, b"\1\1\1\0\0\xa8\2\0\0\xb4"), "random_write": ask(0x1402, 0, b"\1\1\1\0\0\xa8\5\0\2\0\0\xb4\1\2\3\4"),
    "random_bits": ask(0x1402, 1, b"\2\1\0\0\x90\1\7\0\0\x9d\0"), "blocks": ask(0x0406, 0, b"\1\1\0\0\0\xa8\4\0\0\1\0\x90\2\0"),
    "blocks_write": ask(0x1406, 0, b"\1\1\0\0\0\xa8\1\0\x09\x09\0\1\0\x90\1\0\7\7"), "monitor": ask(0x0801, 0, b"\1\0\1\0\0\xa8") + ask(0x0802, 0, b""),
    "memory": ask(0x1613, 0, b"\x78\0\0\0\2\0\1\0\2\0"), "module": ask(0x0601, 0, b"\x20\0\0\0\4\0\x13\0"), "run": ask(0x1001, 0, b"\1\0\0\0"),
    "extended": ask(0x1401, 0x80, b"\0\0\x64\0\0\xa8\0\0\xf8\1\0\1\0"), "unlock": ask(0x1631, 0, b"\4\0pass"), "unknown": ask(0x9999, 0, b""),
    "numbered": ask(0x1002, 0, b"\1\0", subheader=b"\x54\0\x34\x12\0\0"), "routed": ask(0x0101, 0, b"", route=b"\1\2\xff\3\0"),
    "ascii": ascii_frame(b"001004010000D*0001000003"), "ascii_bits": ascii_frame(b"001014010001M*0001000003101"),
    "ascii_wide": ascii_frame(b"001004010002D***000001000003"), "ascii_numbered": ascii_frame(b"0010100200000001", b"540012340000"),
}
for name, request in REQUESTS.items():
    (pathlib.Path(sys.argv[1]) / name).write_bytes(b"\2" + request + GOOD)
    (pathlib.Path(sys.argv[1]) / f"udp_{name}").write_bytes(datagram(request) + datagram(GOOD, 1))
(pathlib.Path(sys.argv[1]) / "refused").write_bytes(b"\2" + REQUESTS["read"] + binary(b"\x5b\xc0" + ROUTE + b"\1\4\0\0", b"\xd0\0"))
