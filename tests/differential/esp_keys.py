# SPDX-License-Identifier: Apache-2.0
"""The lanes' test keys as tests/unit/dataplane/mesh_fixture.cpp makes them, and the packets that the dump prints."""
import collections
import subprocess

# sequence: low half of the number. inner: the clear packet. wire: the whole Ethernet frame.
Packet = collections.namedtuple("Packet", "spi sequence inner wire")


def material(spi):
    """Key and salt, as RFC 4106 8.1 puts them together."""
    return bytes([spi * 31 & 0xFF]) * 32 + bytes([spi * 17 & 0xFF]) * 4


def parse(line):
    _, spi, inner, wire = line.split()
    wire = bytes.fromhex(wire)
    return Packet(int(spi), int.from_bytes(wire[46:50], "big"), bytes.fromhex(inner), wire)


def dumped(program):
    """What the dump prints before it begins to read."""
    done = subprocess.run([program, "[.esp-dump]"], input="", capture_output=True, text=True, check=True)
    packets = [parse(line) for line in done.stdout.splitlines() if line.startswith("ours ")]
    if not packets:
        raise SystemExit("no packets were written")
    return packets


def by_lane(packets):
    lanes = collections.defaultdict(list)
    for packet in packets:
        lanes[packet.spi].append(packet)
    return lanes
