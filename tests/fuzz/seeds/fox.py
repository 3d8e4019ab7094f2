#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the fox fuzz target, made from the framing. Usage: fox.py DIRECTORY"""
import pathlib
import sys


def message(header, *lines):
    return b"fox " + header + b"\n{\n" + b"".join(line + b"\n" for line in lines) + b"};;\n"


HELLO = message(b"a 1 -1 fox hello", b"fox.version=s:1.0", b"id=i:1")
SEEDS = {
    "hello": HELLO,
    "blob": message(b"a 1 -1 fox challenge", b"method=s:digest-md5", b"nonce=b:5[\n};;\n]"),
    "object": message(b"a 0 -1 fox hello", b"sysInfo=o:bog 4[<a/>]", b"ok=z:t"),
    "nested": message(b"s 3 7 broker sync", b"a=m:{", b"b=f:1.5", b"c=m:{", b"}", b"}"),
    "reply": message(b"s 3 7 sys x") + message(b"r 3 7 sys x") + message(b"e 4 8 sys x") + message(b"n 5 9 sys x"),
    "keepalive": message(b"k -1 -1 fox keepalive") + message(b"c -1 -1 fox close"),
    "long": message(b"a 1 -1 fox hello", b"x=s:" + b"a" * 600, b"y=b:600[" + b"b" * 600 + b"]"),
    "empty_blob": message(b"a 1 -1 circuit stream", b"data=b:0[]"),
    "two": HELLO + message(b"a 2 -1 fox username", b"username=s:a"),
}
for name, content in SEEDS.items():
    for turns in (0, 0xFF):
        (pathlib.Path(sys.argv[1]) / f"{name}{'_answer' if turns else ''}").write_bytes(bytes([turns]) + content)
