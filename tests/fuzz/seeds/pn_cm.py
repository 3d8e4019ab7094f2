#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the pn_cm fuzz target, made from the standards. Usage: pn_cm.py DIRECTORY"""
import pathlib
import struct
import sys

REST = bytes.fromhex("827100a02442df7d")


def pdu(kind, operation, body, little=False, flags=0, fragment=0, number=1):
    order = "<" if little else ">"
    uuid = struct.pack(order + "IHH", 0xDEA00000 + number, 0x6C97, 0x11D1) + REST
    return (bytes([4, kind, flags, 0, 0x10 if little else 0, 0, 0, 0]) + bytes(16) + uuid + bytes(16)
            + struct.pack(order + "IIIHHHHH", 0, 1, 7, operation, 0xFFFF, 0xFFFF, len(body), fragment) + b"\0\0" + body)


def array(first, blocks, little=False):
    return struct.pack(("<" if little else ">") + "IIIII", first, len(blocks), 4096, 0, len(blocks)) + blocks


def request(operation, blocks, **header):
    return pdu(0, operation, array(4096, blocks, header.get("little", False)), **header)


def response(operation, blocks, status=0, **header):
    return pdu(2, operation, array(status, blocks, header.get("little", False)), **header)


def block(kind, content):
    return struct.pack(">HHBB", kind, len(content) + 2, 1, 0) + content


def record(kind, subslot, index, length, status=0):
    return struct.pack(">HHBBH16xIHHHHIII16x", kind, 60, 1, 0, 1, 0, 2, subslot, 0, index, length, 0, status)


def write(subslot, index, data):
    return record(8, subslot, index, len(data)) + data


def content(subslot, index, data):
    return block(0x0401, struct.pack(">HIHHHH", 0, 0, 2, subslot, 0, index) + data)


def datagram(side, bytes_):
    return bytes([side]) + struct.pack("<H", len(bytes_)) + bytes_


RELATION = block(0x0101, struct.pack(">H", 1) + bytes(46) + b"\0\5" + b"plc-1")
WHOLE = array(4096, write(1, 10, bytes(90)))
SEEDS = {
    "connect": (request(0, RELATION), response(0, block(0x8101, struct.pack(">H", 1) + bytes(26)))),
    "supervisor": (request(0, block(0x0101, struct.pack(">H", 6) + bytes(53)), little=True),),
    "write": (request(3, write(1, 0x1F4, b"abc")), response(3, record(0x8008, 1, 0x1F4, 3))),
    "write_little": (request(3, write(1, 0x1F4, b"abc"), little=True), response(3, b"", 0xDF80B000, little=True)),
    "multiple": (request(3, write(1, 0xE040, write(1, 1, b"abc") + b"\0" + write(2, 2, b"d"))),
                 response(3, record(0x8008, 1, 0xE040, 64) + record(0x8008, 1, 1, 0, 0xDF80B000))),
    "container": (request(3, write(0x8000, 0x80B0, content(0x8001, 0x802F, bytes(4)) + content(0x8002, 0x8071, bytes(8)))),),
    "read": (request(2, record(9, 1, 0xAFF0, 64)), response(2, record(0x8009, 1, 0xAFF0, 4) + bytes(4))),
    "read_implicit": (request(5, record(9, 1, 0xF841, 64)),),
    "control": (request(4, block(0x0110, bytes(26))), response(4, block(0x8110, bytes(26)))),
    "ready": (request(4, block(0x0112, bytes(26)), number=2),),
    "release": (request(1, block(0x0114, bytes(26))),),
    "calls": (pdu(1, 0, b""), pdu(5, 0, b""), pdu(9, 3, bytes(20)), pdu(6, 0, b"\x1c\1\0\3"), pdu(3, 0, b"\x1c\1\0\3")),
    "fragments": (pdu(0, 3, WHOLE[:60], flags=4), pdu(0, 3, WHOLE[60:], flags=6, fragment=1)),
    "other": (request(3, b"", number=9), request(7, b"")),
}

for name, datagrams in SEEDS.items():
    (pathlib.Path(sys.argv[1]) / name).write_bytes(b"".join(datagram(d[1] == 2, d) for d in datagrams))
