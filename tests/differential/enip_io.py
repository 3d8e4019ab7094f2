#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets tshark read I/O data of CIP whose ForwardOpen is in the same capture, which those beside the
repository lack: which opening it is of, which way it goes, its points and bytes must be as ours.

usage: enip_io.py BULKHEAD_DISSECT

Exit status 77 (skipped) without tshark."""
import json
import shutil
import struct
import subprocess
import sys
import tempfile

FIELDS = ("_ws.col.Info", "enip.fwd_open_in", "cip.connpoint", "cipio.data", "_ws.malformed")
SCANNER, DEVICE = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
TO_TARGET, TO_ORIGINATOR = 0xBBBB, 0xAAAA
MULTICAST, POINT_TO_POINT = 0x2800, 0x4800
GROUP = bytes([239, 192, 1, 32])
MANAGER = bytes([0x20, 6, 0x24, 1])
DATA = bytes([1, 0, 5, 6])  # behind a sequence count


def ipv4(protocol, source, destination, payload):
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0)
    return bytes(12) + b"\x08\x00" + head + source + destination + payload


def item(kind, content=b""):
    return struct.pack("<HH", kind, len(content)) + content


def rr_data(message, more=()):
    items = [item(0), item(0xB2, message), *more]
    body = struct.pack("<IHH", 0, 10, len(items)) + b"".join(items)
    return struct.pack("<HHII8sI", 0x6F, len(body), 0x1234, 0, b"context1", 0) + body


class Talk:
    """Frames of a scanner that opens one connection to a device, and of its data."""

    def __init__(self, path, serial=0x11, back=POINT_TO_POINT, large=False):
        self.frames, self.sent = [], {True: 1, False: 1}
        self.triad = struct.pack("<HHI", serial, 0x4D, 7)
        self.path, self.back, self.large = path, back, large

    def tcp(self, asks, message):
        ports = (50000, 44818) if asks else (44818, 50000)
        head = struct.pack(">HHIIBBHHH", *ports, self.sent[asks], self.sent[not asks], 0x50, 0x18, 0xFFFF, 0, 0)
        self.sent[asks] += len(message)
        ends = (SCANNER, DEVICE) if asks else (DEVICE, SCANNER)
        self.frames.append(ipv4(6, *ends, head + message))

    def open(self):
        service = 0x5B if self.large else 0x54
        ways = b"".join(struct.pack("<II", 8000, way << 16 | 500) if self.large else struct.pack("<IH", 8000, way | 100)
                        for way in (POINT_TO_POINT, self.back))
        request = bytes([10, 5]) + struct.pack("<II", 0, TO_ORIGINATOR) + self.triad + bytes([2, 0, 0, 0]) + ways
        self.tcp(True, rr_data(bytes([service, 2]) + MANAGER + request + bytes([1, len(self.path) // 2]) + self.path))
        group = [item(0x8001, struct.pack(">HH", 2, 2222) + GROUP + bytes(8))] if self.back == MULTICAST else []
        answer = struct.pack("<II", TO_TARGET, TO_ORIGINATOR) + self.triad + struct.pack("<II", 8000, 8000) + bytes(2)
        self.tcp(False, rr_data(bytes([service | 0x80, 0, 0, 0]) + answer, group))

    def data(self, number, to_target, identifier=None):
        identifier = identifier or (TO_TARGET if to_target else TO_ORIGINATOR)
        back = GROUP if self.back == MULTICAST else SCANNER
        payload = struct.pack("<H", 2) + item(0x8002, struct.pack("<II", identifier, number)) + item(0xB1, DATA)
        ends = (SCANNER, DEVICE) if to_target else (DEVICE, back)
        self.frames.append(ipv4(17, *ends, struct.pack(">HHHH", 2222, 2222, 8 + len(payload), 0) + payload))


def talks():
    points = bytes([0x20, 4, 0x24, 100, 0x2C, 150, 0x2C, 151])
    for name, talk in {
        "two connection points": Talk(points),
        "behind a slot": Talk(bytes([1, 3]) + points),
        "one connection point": Talk(points[:-2]),
        "large": Talk(points, large=True),
        "multicast": Talk(points, back=MULTICAST),
    }.items():
        talk.open()
        for number in (1, 2):
            talk.data(number, True)
            talk.data(number, False)
        talk.data(3, True, identifier=0xCCCC)  # nobody opened it
        yield name, talk


def write_pcap(path, frames):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for frame in frames:
            out.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)


def theirs(path):
    """Of each datagram what tshark says: which opening, which way, the connection points, the data."""
    command = ["tshark", "-r", path, "-Y", "cipio", "-T", "fields", *(p for f in FIELDS for p in ("-e", f))]
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        info, opening, points, data, malformed = (line.split("\t") + [""] * len(FIELDS))[:len(FIELDS)]
        if malformed:
            sys.exit(f"tshark calls it malformed: {line}")
        if not opening:
            yield None
            continue
        numbers = [int(point, 0) for point in points.split(",")]
        to_target = "O->T" in info
        yield ("write" if to_target else "read", numbers[0] if to_target else numbers[-1], data.replace(":", ""))


def ours(dissect, path):
    out = subprocess.run([dissect, path, "--json"], check=True, capture_output=True, text=True).stdout
    for line in map(json.loads, out.splitlines()):
        if line.get("op") != "io_data":
            continue
        if line.get("out_of_turn"):
            yield None
        else:
            yield line["class"], line["points"][0]["from"], line["values"][0]


def main():
    if shutil.which("tshark") is None:
        print("skipped: no tshark")
        return 77
    count = 0
    for name, talk in talks():
        with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
            write_pcap(file.name, talk.frames)
            expected, found = list(theirs(file.name)), list(ours(sys.argv[1], file.name))
        if len(expected) != 5 or expected != found:
            sys.exit(f"{name}: tshark reads {expected}, we {found}")
        count += len(expected)
    print(f"tshark reads {count} datagrams of I/O data as we do")
    return 0


if __name__ == "__main__":
    sys.exit(main())
