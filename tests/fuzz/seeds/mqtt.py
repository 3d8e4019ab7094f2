#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the mqtt fuzz target, made from the specification. Usage: mqtt.py DIRECTORY"""
import pathlib
import struct
import sys


def text(words):
    return struct.pack(">H", len(words)) + words


def packet(first, body=b""):
    size, out = len(body), bytes([first])
    while size > 0x7F:
        out += bytes([size & 0x7F | 0x80])
        size >>= 7
    return out + bytes([size]) + body


def connect(level, flags=2, rest=b""):
    name = b"MQIsdp" if level == 3 else b"MQTT"
    return packet(0x10, text(name) + bytes([level, flags, 0, 60]) + (b"\0" if level == 5 else b"") + text(b"me") + rest)


SEEDS = {
    "connect31": (0, connect(3), packet(0xC0)),
    "connect_login": (2, connect(4, 0xC2, text(b"user") + text(b"word")), packet(0x20, b"\0\0")),
    "connect_refused": (2, connect(4), packet(0x20, b"\0\5")),
    "will_command": (0, connect(4, 6, text(b"spBv1.0/g/NCMD/n") + text(b"1"))),
    "will_five": (0, connect(5, 6, b"\5\x18\0\0\0\1" + text(b"t") + text(b"1"))),
    "publish_one": (4, connect(4), packet(0x32, text(b"a/b") + b"\0\1x"), packet(0x40, b"\0\1")),
    "publish_two": (0x14, connect(4), packet(0x34, text(b"a") + b"\0\1"), packet(0x50, b"\0\1"), packet(0x62, b"\0\1"), packet(0x70, b"\0\1")),
    "sparkplug": (0, connect(4), packet(0x30, text(b"spBv1.0/g/DCMD/n/d") + b"\1"), packet(0x30, text(b"spBv1.0/STATE/h"))),
    "alias": (0, connect(5), packet(0x30, text(b"a/b") + b"\3\x23\0\1x"), packet(0x30, text(b"") + b"\3\x23\0\1y")),
    "properties": (2, connect(5), packet(0x20, b"\0\0\6\x22\0\x0a\x21\0\x14"), packet(0x30, text(b"a") + b"\7\x26" + text(b"k") + text(b"v"))),
    "subscribe": (4, connect(4), packet(0x82, b"\0\1" + text(b"a/+") + b"\0" + text(b"#") + b"\1"), packet(0x90, b"\0\1\0\x80")),
    "subscribe_five": (4, connect(5), packet(0x82, b"\0\1\2\x0b\1" + text(b"$share/g/a") + b"\x2d"), packet(0x90, b"\0\1\0\x87")),
    "unsubscribe": (4, connect(4), packet(0xA2, b"\0\2" + text(b"a") + text(b"b")), packet(0xB0, b"\0\2")),
    "without_connect": (0, packet(0x82, b"\0\1" + text(b"a") + b"\0"), packet(0xE0)),
    "authenticate": (2, connect(5), packet(0xF0, b"\x18\5\x15" + text(b"ab")), packet(0xE0, b"\x8e\0")),
}

for name, (turns, *packets) in SEEDS.items():
    (pathlib.Path(sys.argv[1]) / name).write_bytes(bytes([turns]) + b"".join(packets))
