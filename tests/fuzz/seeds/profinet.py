#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the profinet fuzz target, made from the standard. Usage: profinet.py DIRECTORY"""
import pathlib
import struct
import sys


def block(option, suboption, content):
    return struct.pack(">BBH", option, suboption, len(content)) + content + b"\0" * (len(content) % 2)


def dcp(frame_id, service, kind, blocks):
    return struct.pack(">HBBIHH", frame_id, service, kind, 7, 0, len(blocks)) + blocks


def alarm(frame_id, kind, body=b""):
    return struct.pack(">HHHBBHHH", frame_id, 1, 2, kind, 0x11, 7, 6, len(body)) + body


NAME = block(2, 2, b"\0\1mixer-2")
IP = block(1, 2, b"\0\1" + bytes([10, 0, 0, 7, 255, 255, 255, 0, 10, 0, 0, 1]))
STATUS = b"\x10\x20\x35\0"
NOTIFICATION = struct.pack(">HHHHIHHII", 2, 24, 0x100, 1, 0, 2, 3, 9, 9)

SEEDS = {
    "identify": dcp(0xFEFE, 5, 0, block(0xFF, 0xFF, b"")),
    "identify_name": dcp(0xFEFE, 5, 0, block(2, 2, b"mixer-2")),
    "identified": dcp(0xFEFF, 5, 1, NAME + IP + block(2, 5, b"\0\0\1\2\2\2")),
    "hello": dcp(0xFEFC, 6, 0, NAME + block(6, 1, b"\0\0\0\1")),
    "get": dcp(0xFEFD, 3, 0, b"\1\2\2\2"),
    "got": dcp(0xFEFD, 3, 1, IP + block(5, 4, b"\2\x09\2")),
    "set": dcp(0xFEFD, 4, 0, NAME + IP + block(5, 2, b"\0\1")) + bytes(9),
    "reset": dcp(0xFEFD, 4, 0, block(5, 3, b"\0\0\1\0") + block(5, 6, b"\0\2")),
    "was_set": dcp(0xFEFD, 4, 1, block(5, 4, b"\2\2\0") + block(5, 4, b"\1\2\6")),
    "not_supported": dcp(0xFEFD, 4, 5, b""),
    "cyclic": struct.pack(">H", 0x8000) + bytes(40) + STATUS,
    "isochronous": struct.pack(">H", 0x0100) + bytes(8) + STATUS,
    "alarm": alarm(0xFE01, 0x11, NOTIFICATION),
    "alarm_ack": alarm(0xFC01, 0x13),
    "alarm_error": alarm(0xFE01, 0x14, b"\xcf\x81\xfd\5"),
    "time": struct.pack(">H", 0xFF40) + bytes(40),
    "fragment": struct.pack(">H", 0xFF80) + bytes(20),
}

for name, frame in SEEDS.items():
    (pathlib.Path(sys.argv[1]) / name).write_bytes(b"\0" + struct.pack("<H", len(frame)) + frame)
