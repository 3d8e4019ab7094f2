#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the tls fuzz target, made from RFC 8446. Usage: tls.py DIRECTORY"""
import pathlib
import struct
import sys


def vector(size, data):
    return len(data).to_bytes(size, "big") + data


def record(kind, body, version=0x0303):
    return struct.pack("!BH", kind, version) + vector(2, body)


def extension(kind, body):
    return struct.pack("!H", kind) + vector(2, body)


def hello(kind, middle, extensions, random=b"\7" * 32, legacy=0x0303):
    body = struct.pack("!H", legacy) + random + b"\0" + middle + (vector(2, extensions) if extensions else b"")
    return bytes([kind]) + vector(3, body)


def server_name(name):
    return extension(0, vector(2, b"\0" + vector(2, name)))


VERSIONS = extension(43, vector(1, bytes.fromhex("2a2a03040303")))
ALPN = extension(16, vector(2, vector(1, b"mqtt")))
SUITES = vector(2, bytes.fromhex("1301c02f")) + b"\1\0"
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
CLIENT = hello(1, SUITES, VERSIONS + server_name(b"plc-7.plant") + ALPN)
CHOSEN = extension(43, b"\3\4")
SERVER = hello(2, b"\x13\1\0", CHOSEN)
DATA = record(23, b"\xe5" * 40)

# Bits of the mask: whose turn each frame is, a header and a body being one frame each.
SEEDS = {
    "session_13": (0xCC, record(22, CLIENT, 0x0301) + record(22, SERVER) + DATA + DATA),
    "session_12": (0xCC, record(22, CLIENT, 0x0301) + record(22, hello(2, b"\xc0\x2f\0", b"")) + record(20, b"\1")
                   + record(20, b"\1") + DATA + DATA),
    "retry": (0xCC, record(22, CLIENT) + record(22, hello(2, b"\x13\1\0", CHOSEN, RETRY)) + record(22, CLIENT)
              + record(22, SERVER)),
    "old": (0, record(22, hello(1, SUITES, b"", legacy=0x0301), 0x0301)),
    "pieces": (0, b"".join(record(22, CLIENT[i:i + 9]) for i in range(0, len(CLIENT), 9))),
    "two_names": (0, record(22, hello(1, SUITES, server_name(b"a") + server_name(b"b")))),
    "early_data": (0, record(22, CLIENT) + DATA),
    "alert": (0xCC, record(22, CLIENT) + record(21, b"\2\x46")),
    "iec104": (0, bytes.fromhex("680407000000")),
}
for name, (turns, content) in SEEDS.items():
    (pathlib.Path(sys.argv[1]) / name).write_bytes(bytes([turns]) + content)
