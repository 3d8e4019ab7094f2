#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets tshark read the refusals that EtherNet/IP requests are answered with: each must be an error of
its request, and none malformed.

usage: enip_refusal.py WIRE_TEST     the built tests/unit/wire/wire_test

Exit status 77 (skipped) without tshark."""
import shutil
import struct
import subprocess
import sys
import tempfile

FIELDS = ("tcp.srcport", "cip.rr", "cip.genstat", "enip.status", "_ws.malformed")
CLIENT, SERVER = 50000, 44818
PRIVILEGE_VIOLATION = "0x0f"


def messages(wire_test):
    """(way, bytes): > request, < refusal, + and - what went before."""
    out = subprocess.run([wire_test, "[.print]"], check=True, capture_output=True, text=True).stdout
    lines = [line.split() for line in out.splitlines() if line[:2] in ("> ", "< ", "+ ", "- ")]
    return [(line[0], bytes.fromhex(line[1])) for line in lines]


def frame(to_server, seq, ack, payload):
    ports = (CLIENT, SERVER) if to_server else (SERVER, CLIENT)
    tcp = struct.pack(">HHIIBBHHH", *ports, seq, ack, 0x50, 0x18, 0xFFFF, 0, 0) + payload
    ends = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + ends[not to_server] + ends[to_server]
    return bytes(12) + b"\x08\x00" + ip + tcp


def write_pcap(path, talk):
    counts = {True: 1, False: 1}
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for way, payload in talk:
            to_server = way in ">+"
            packet = frame(to_server, counts[to_server], counts[not to_server], payload)
            counts[to_server] += len(payload)
            out.write(struct.pack("<IIII", 0, 0, len(packet), len(packet)) + packet)


def read(path):
    command = ["tshark", "-r", path, "-T", "fields", *(part for field in FIELDS for part in ("-e", field))]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [dict(zip(FIELDS, line.split("\t"))) for line in lines]


def is_refusal(seen):
    if seen["cip.rr"]:
        return seen["cip.genstat"].split(",")[0] == PRIVILEGE_VIOLATION
    return int(seen["enip.status"], 0) == 1


def main():
    if shutil.which("tshark") is None:
        print("skipped: no tshark")
        return 77
    talk = messages(sys.argv[1])
    with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
        write_pcap(file.name, talk)
        seen = read(file.name)
    if len(seen) != len(talk) or not any(way == "<" for way, _ in talk):
        sys.exit(f"{len(talk)} messages, tshark reads {len(seen)}")
    for number, ((way, _), fields) in enumerate(zip(talk, seen), 1):
        if fields["_ws.malformed"] or (way == "<" and not is_refusal(fields)):
            sys.exit(f"message {number} ({way}): tshark reads {fields}")
    print(f"tshark reads {sum(way == '<' for way, _ in talk)} refusals")
    return 0


if __name__ == "__main__":
    sys.exit(main())
