#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Sends recorded ESP-in-UDP frames again: as they were, with an unknown SPI, and with one bit of the
ciphertext changed under a sequence number that is still fresh.

usage: replay_esp.py CAPTURE INTERFACE
"""
import sys

from scapy.all import UDP, Raw, rdpcap, sendp


def altered(frame, offset, flip):
    """A copy with `flip` xored into byte `offset` of the UDP payload."""
    copy = frame.copy()
    payload = bytearray(bytes(copy[UDP].payload))
    payload[offset] ^= flip
    copy[UDP].remove_payload()
    copy[UDP].add_payload(Raw(bytes(payload)))
    return copy


def main():
    if len(sys.argv) != 3:
        print(__doc__.strip())
        return 2
    frames = [f for f in rdpcap(sys.argv[1]) if UDP in f and len(bytes(f[UDP].payload)) > 40][:10]
    if len(frames) < 5:
        print(f"only {len(frames)} ESP frames in {sys.argv[1]}")
        return 1
    sendp(frames, iface=sys.argv[2], verbose=False)
    # Sequence number + 2048: ahead of all that was sent, so only the ICV can refuse it.
    sendp([altered(altered(f, 6, 0x08), 24, 0x01) for f in frames], iface=sys.argv[2], verbose=False)
    sendp(altered(frames[0], 2, 0x55), iface=sys.argv[2], verbose=False)
    return 0


sys.exit(main())
