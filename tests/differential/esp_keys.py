# SPDX-License-Identifier: Apache-2.0
"""The lanes' test keys as tests/unit/dataplane/mesh_fixture.cpp makes them, the keys of later epochs
(docs/mesh.md, "Key schedule") by Python's own HMAC, and the packets that the dump prints."""
import collections
import hashlib
import hmac
import subprocess

EPOCH_BITS = 26
LABEL = b"bulkhead esp epoch v1"

# sequence: all 64 bits. inner: the clear packet. wire: the whole Ethernet frame.
Packet = collections.namedtuple("Packet", "spi sequence inner wire")


def expand(secret, info, length):
    """HKDF-Expand with SHA-256 (RFC 5869 2.3)."""
    out, block, n = b"", b"", 0
    while len(out) < length:
        n += 1
        block = hmac.new(secret, block + info + bytes([n]), hashlib.sha256).digest()
        out += block
    return out[:length]


def epoch_of(sequence):
    return (sequence - 1) >> EPOCH_BITS


def material(spi, epoch):
    """Key and salt, as RFC 4106 8.1 puts them together."""
    key, salt = bytes([spi * 31 & 0xFF]) * 32, bytes([spi * 17 & 0xFF]) * 4
    chain = bytes([spi * 13 & 0xFF]) * 32
    for _ in range(epoch):
        block = expand(chain, LABEL, 64)
        key, chain = block[:32], block[32:]
    return key + salt


def parse(line):
    _, spi, inner, wire, *sequence = line.split()
    wire = bytes.fromhex(wire)
    low = int.from_bytes(wire[46:50], "big")
    return Packet(int(spi), int(sequence[0]) if sequence else low, bytes.fromhex(inner), wire)


def dumped(program):
    """What the dump prints before it begins to read."""
    done = subprocess.run([program, "[.esp-dump]"], input="", capture_output=True, text=True, check=True)
    packets = [parse(line) for line in done.stdout.splitlines() if line.startswith("ours ")]
    if not packets:
        raise SystemExit("no packets were written")
    return packets


def by_key(packets):
    groups = collections.defaultdict(list)
    for packet in packets:
        groups[packet.spi, epoch_of(packet.sequence)].append(packet)
    return groups
