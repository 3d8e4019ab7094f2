#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets scapy's ESP (an implementation of its own) open our packets, and makes us open scapy's.

usage: esp_scapy.py DATAPLANE_MESH_TEST     the built tests/unit/dataplane/dataplane_mesh_test
Exit status 77 (skipped) without scapy."""
import functools
import hmac
import subprocess
import sys

try:
    from scapy.config import conf
    conf.verb = 0
    from scapy.layers.inet import IP, UDP
    from scapy.layers.ipsec import ESP, SecurityAssociation
    from scapy.packet import Raw
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

# The upper half of these is on no wire: the receiver has to infer it (RFC 4303 appendix A2.2). Around the end of
# each epoch (ADR 4), past 2^32 and on; not 2^32 itself: scapy takes a low half of 0 for none given.
EPOCH_BITS = 26
FOREIGN_SEQUENCES = [*range(1, 26), *(number for epoch in range(1, 70) for number in
                                      range((epoch << EPOCH_BITS) - 1, (epoch << EPOCH_BITS) + 3)
                                      if number & 0xFFFFFFFF)]
FOREIGN_PACKETS = len(FOREIGN_SEQUENCES)


@functools.lru_cache(maxsize=None)
def material(spi, epoch):
    """Key and salt, and the chain: of epoch 0 as tests/unit/dataplane/mesh_fixture.cpp makes them, of a later
    one by HKDF-Expand (RFC 5869 2.3) of the chain before: docs/mesh.md, "Key schedule"."""
    if epoch == 0:
        return bytes([spi * 31 & 0xFF]) * 32 + bytes([spi * 17 & 0xFF]) * 4, bytes([spi * 7 & 0xFF]) * 32
    chain, block, out = material(spi, epoch - 1)[1], b"", b""
    for counter in range(1, 4):
        block = hmac.digest(chain, block + b"bulkhead esp epoch v1" + bytes([counter]), "sha256")
        out += block
    return out[:36], out[36:68]


def association(spi, sequence):
    key = material(spi, (sequence - 1) >> EPOCH_BITS)[0]
    return SecurityAssociation(ESP, spi=spi, crypt_algo="AES-GCM", crypt_key=key, esn_en=True, esn=sequence >> 32,
                               tunnel_header=IP(src="192.0.2.1", dst="192.0.2.2"))


def open_ours(lines):
    """Every line as scapy sees it; returns the SPI."""
    for number, line in enumerate(lines, 1):
        word, spi, inner, wire = line.split()
        esp = ESP(bytes.fromhex(wire)[14 + 20 + 8:])
        if word == "ours" and esp.seq != number:
            sys.exit(f"packet {number} has sequence number {esp.seq}")
        outer = IP(src="192.0.2.1", dst="192.0.2.2", proto=50) / esp
        clear = bytes(association(int(spi), esp.seq).decrypt(outer))
        if clear != bytes.fromhex(inner):
            sys.exit(f"packet {number}: scapy found {clear.hex()}, we put in {inner}")
    return int(spi)


def seal_theirs(spi):
    for number, sequence in enumerate(FOREIGN_SEQUENCES, 1):
        sa = association(spi, sequence)
        inner = IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=7, dport=502) / Raw(b"x" * number)
        outer = sa.encrypt(inner, seq_num=sequence & 0xFFFFFFFF, iv=sequence.to_bytes(8, "big"), esn=sequence >> 32)
        yield f"{bytes(inner).hex()} {bytes(outer[ESP]).hex()}\n"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    ours = subprocess.Popen([sys.argv[1], "[.esp-dump]"], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True)
    lines = []
    for line in ours.stdout:
        if line.startswith("end"):
            break
        if line.startswith(("ours ", "later ")):
            lines.append(line)
    if not lines:
        sys.exit("no packets were written")
    theirs = "".join(seal_theirs(open_ours(lines)))
    rest, _ = ours.communicate(theirs)
    if ours.returncode != 0 or f"opened {FOREIGN_PACKETS}" not in rest:
        sys.exit(f"we could not open what scapy sealed:\n{rest}")
    print(f"scapy opened {len(lines)} of our packets, we opened {FOREIGN_PACKETS} of scapy's, to "
          f"sequence number {FOREIGN_SEQUENCES[-1]:#x}")


if __name__ == "__main__":
    main()
