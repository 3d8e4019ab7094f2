#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the IEC 104 target, made by hand from IEC 60870-5-104. usage: seeds/iec104.py"""
import pathlib

OUT = pathlib.Path(__file__).resolve().parents[1] / "corpus" / "iec104"


def apdu(control, asdu=b""):
    return bytes([0x68, len(control) + len(asdu)]) + bytes(control) + asdu


def i_frame(type_id, structure, cause, objects):
    return apdu([0, 0, 0, 0], bytes([type_id, structure, cause, 0, 10, 0]) + objects)


def at(address, element=b""):
    return address.to_bytes(3, "little") + element


SEEDS = {
    "startdt": apdu([7, 0, 0, 0]) + apdu([0x0B, 0, 0, 0]),
    "testfr": apdu([0x43, 0, 0, 0]) + apdu([0x83, 0, 0, 0]),
    "s_frame": apdu([1, 0, 4, 0]),
    "single_points": i_frame(1, 2, 3, at(1, b"\1") + at(9, b"\0")),
    "sequence": i_frame(1, 0x83, 20, at(1, b"\1\0\1")),
    "floats": i_frame(13, 0x82, 3, at(5, bytes(10))),
    "time_tagged": i_frame(36, 1, 3, at(5, bytes(12))),
    "counters": i_frame(15, 1, 37, at(5, bytes(5))),
    "select": i_frame(45, 1, 6, at(100, b"\x81")),
    "operate": i_frame(45, 1, 6, at(100, b"\1")) + i_frame(45, 1, 7, at(100, b"\1")),
    "refusal": i_frame(45, 1, 0x47, at(100, b"\1")),
    "set_point": i_frame(50, 1, 6, at(7, bytes([0, 0, 0xA0, 0x41, 0]))),
    "interrogation": i_frame(100, 1, 6, at(0, b"\x14")),
    "clock": i_frame(103, 1, 6, at(0, bytes(7))),
    "reset": i_frame(105, 1, 6, at(0, b"\1")),
    "read": i_frame(102, 1, 5, at(33)),
    "parameter": i_frame(112, 1, 6, at(7, bytes(5))),
    "file_segment": i_frame(125, 1, 13, at(0, bytes([1, 0, 1, 3]) + b"abc")),
    "private": i_frame(200, 1, 6, at(0, b"\1")),
    "commands_and_events": b"".join(
        apdu([2 * n, 0, 2 * n, 0], bytes([kind, 1, cause, 0, 10, 0]) + at(7, b"\1"))
        for n in range(5)
        for kind, cause in [(45, 6), (1, 3)]
    ),
    "no_object": i_frame(45, 0, 6, b""),
}

if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for name, content in SEEDS.items():
        (OUT / name).write_bytes(b"\2" + content)
