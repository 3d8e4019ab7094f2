#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the fins fuzz target, made from W342 and W421. Usage: fins.py DIRECTORY"""
import pathlib
import struct
import sys


def message(command, control=0x80, to=b"\0\x0a\0", origin=b"\0\x22\0"):
    return bytes([control, 0, 2]) + to + origin + b"\x07" + command


def framed(body, command=2, error=0):
    return b"FINS" + struct.pack(">III", len(body) + 8, command, error) + body


def datagram(body, side=0):
    return struct.pack("<BH", side, len(body)) + body


COMMANDS = {
    "read": b"\1\1\x82\0\x64\0\0\5", "read_bits": b"\1\1\x30\0\3\x0f\0\2", "write": b"\1\2\xb0\0\3\0\0\2\x12\x34\0\1",
    "fill": b"\1\3\x82\0\1\0\0\4\0\0", "multiple": b"\1\4\x82\0\1\0\xb0\0\x09\0\x31\0\2\3", "transfer": b"\1\5\x82\0\1\0\xb0\0\x09\0\0\4",
    "parameters": b"\2\1\x80\x10\0\4\x80\2", "parameter_write": b"\2\2\x80\x13\0\0\0\1\0\0", "parameter_clear": b"\2\3\x80\x10\0\0\0\xff\0\0",
    "program": b"\3\7\0\0\0\0\0\0\0\4abcd", "run": b"\4\1\0\0\4", "stop": b"\4\2", "force": b"\x23\1\0\2\0\1\x30\0\1\2\0\0\x31\0\4\5",
    "status": b"\x23\x0a\x30\0\0\0\0\x10", "unknown": b"\x77\1",
}
SEEDS = {f"udp_{name}": datagram(message(command)) + datagram(message(command[:2] + b"\0\0", 0xC0), 1) for name, command in COMMANDS.items()}
SEEDS |= {f"message_{name}": b"\0" + message(command) for name, command in list(COMMANDS.items())[:3]}
SEEDS["tcp"] = b"\x02" + framed(b"\0\0\0\0", 0) + framed(b"\0\0\0\x22\0\0\0\x0a", 1) + framed(message(COMMANDS["read"])) + framed(message(COMMANDS["stop"]))
SEEDS["tcp_error"] = b"\x02" + framed(b"\0\0\0\0", 0) + framed(b"", 3, 0x20)
SEEDS["tcp_refused"] = b"\x02" + framed(message(COMMANDS["write"])) + framed(message(b"\1\2\x30\1", 0xC0))

for name, content in SEEDS.items():
    (pathlib.Path(sys.argv[1]) / name).write_bytes(content)
