#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the DNP3 fuzz target into tests/fuzz/corpus/dnp3/, from the standard's layouts. First
byte: whose turn each frame is, one bit each, not both lowest bits set. Checksums are the target's affair and 0 here."""
import pathlib
import struct

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "corpus" / "dnp3"
MASTER, OUTSTATION = 3, 1024


def frame(control, to, source, data=b""):
    out = struct.pack("<BBBBHHH", 5, 0x64, 5 + len(data), control, to, source, 0)
    for at in range(0, len(data), 16):
        out += data[at:at + 16] + b"\0\0"
    return out


def segments(fragment, control=0xC4, to=OUTSTATION, source=MASTER, size=249):
    parts = [fragment[at:at + size] for at in range(0, len(fragment), size)]
    ends = [(0x40 if i == 0 else 0) | (0x80 if i == len(parts) - 1 else 0) | i % 64 for i in range(len(parts))]
    return b"".join(frame(control, to, source, bytes([end]) + part) for end, part in zip(ends, parts))


def request(text, **more):
    return segments(bytes.fromhex(text), **more)


def response(text, **more):
    return segments(bytes.fromhex(text), control=0x44, to=MASTER, source=OUTSTATION, **more)


CROB = "03 01 64000000 64000000 00"
TIME = "010203040506"
OPEN = "1a00 0300" + "00" * 6 + "ff01 00000000 00000000 0200 0004 0100 612f62"
SEEDS = {
    "link": (0b10, frame(0xC0, OUTSTATION, MASTER) + frame(0x00, MASTER, OUTSTATION) + frame(0xC9, OUTSTATION, MASTER)
             + frame(0x0B, MASTER, OUTSTATION) + frame(0xD2, OUTSTATION, MASTER)),
    "class_poll": (0b10, request("c001 3c0206 3c0306 3c0406 3c0106")
                   + response("e0810000 0102000002 018101 1402000001 0105000105 00 1e05000000 0100002041"
                              f"33020701 {TIME} 0203280100 0500 810a01 01000003 05")),
    "reads": (0, request("c101 1e02000009 0201010000 0900 140002 00000000 09000000 02000705 0200080500 020009 05000000"
                         "010217020405 0102280100 0401 010239 01000000 04010000")),
    "select_operate": (0b1010, request("c103 0c01170105" + CROB) + response("c1810000 0c01170105" + CROB)
                       + request("c204 0c01170105" + CROB) + response("c2810004 0c01170105" + CROB[:-2] + "04")),
    "analog": (0, request("c005 2902280100 0700 102700 290117010500000000 00 290317010500002041 00"
                          "2904170105 0000000000002440 00")),
    "pattern": (0, request("c005 0c020701" + CROB + "0c0300000705")),
    "write": (0, request(f"c002 500100070700 32010701 {TIME} 32030701 {TIME} 0a0100031205 02 22010004051000 2000"
                         "6e03000001 616263646566")),
    "freeze": (0, request(f"c00b 32020701 {TIME} 00000000 140006 1401000103")),
    "assign": (0, request("c016 3c0306 0100000103 3c0106 1e0017020409")),
    "restart": (0b10, request("c00d") + response("c0810000 34020701 1027")),
    "unsolicited": (0b01, response(f"f3820000 020117010481 33020701 {TIME} 0203280100 0500 810001"
                                   "2001280100 0700 0110000000 1601280100 0100 0100000000") + request("d300")),
    "file": (0, request("c019 46035b01 1d00" + OPEN) + request("c002 46055b01 0a00 07000000 00000000 6869")
             + request("c01f 46085b01 0200 6869")),
    "file_status": (0b01, response("c0810000 46045b01 0d00 07000000 09000000 0004 0100 03")
                    + response("c0810000 46065b01 0900 07000000 00000000 00")
                    + response(f"c0810000 46075b01 1700 1400 0300 0100 00000000 {TIME} ff01 0100 612f62")),
    "auth": (0b10, request("c020 78040701 0100") + response("c0830000 78055b01 0400 01000200")
             + request("c005 78030701 090000000100 0c01170105" + CROB + "78095b01 0400 aabbccdd")),
    "attributes": (0b10, request("c001 00fe000000 00ff06") + response("c0810000 00fc000000 0103616263")),
    "strings": (0b01, response("c0810000 6e03000001 616263646566 6f02280100 0500 6869 710117010161")),
    "segments": (0, segments(bytes.fromhex("c001") + bytes.fromhex("1e02000009") * 60)),
    "two_stations": (0, frame(0xC4, 1, 3, bytes.fromhex("40c005")) + frame(0xC4, 2, 3, bytes.fromhex("40c001"))
                     + frame(0xC4, 2, 3, bytes.fromhex("811e02000009"))
                     + frame(0xC4, 1, 3, bytes.fromhex("810c01170105" + CROB))),
    "counters": (0b01, response(f"c0810000 1401000000 0101000000 1505000001 0101000000 {TIME} 0102000000 {TIME}"
                                f"1f03000000 0101000000 {TIME} 2008000000 010000000000002440 {TIME}")),
    "unknown": (0, request("c002 6301000000 01") + request("c002 63015b01 0100 09 500100070700")),
    "unknown_function": (0, request("c070 0c01170105" + CROB) + frame(0xC5, OUTSTATION, MASTER, bytes.fromhex("c0c001"))),
    "addresses": (0, request("c005 0c01030000" + CROB)),
}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (turns, stream) in SEEDS.items():
        (FOLDER / name).write_bytes(bytes([turns]) + stream)


if __name__ == "__main__":
    main()
