#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets tshark, given a lane's key, decrypt our packets, and compares each inner packet byte for byte.

usage: esp_tshark.py DATAPLANE_MESH_TEST     the built tests/unit/dataplane/dataplane_mesh_test

tshark before 4.2 knows no extended sequence numbers, so it computes the integrity check without their
upper half: the ICV is verified here by OpenSSL's AES-GCM (python3-cryptography) instead, with the
associated data of RFC 4106 5. Exit status 77 (skipped) without tshark or cryptography."""
import shutil
import struct
import subprocess
import sys
import tempfile

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

import esp_keys

OUTER = 14 + 20 + 8  # Ethernet, IPv4, UDP
FIELDS = ("esp.spi", "esp.sequence", "esp.iv", "esp.protocol", "esp.contained_data")


def write_pcap(path, frames):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for frame in frames:
            out.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)


def decrypted(path, spi, material):
    """What tshark finds in each packet: a dict of FIELDS."""
    association = (f'"IPv4","*","*","0x{spi:08x}","AES-GCM with 16 octet ICV [RFC4106]",'
                   f'"0x{material.hex()}","NULL",""')
    command = ["tshark", "-r", path, "-o", "esp.enable_encryption_decode:TRUE", "-o", f"uat:esp_sa:{association}",
               "-T", "fields", *(argument for field in FIELDS for argument in ("-e", field))]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [dict(zip(FIELDS, line.split("\t"))) for line in lines]


def verify_icv(number, packet, material):
    """By OpenSSL: the ICV over ciphertext, SPI and the whole 64-bit sequence number."""
    esp = packet.wire[OUTER:]
    associated = esp[0:4] + packet.sequence.to_bytes(8, "big")
    try:
        AESGCM(material[:32]).decrypt(material[32:] + esp[8:16], esp[16:], associated)
    except InvalidTag:
        sys.exit(f"packet {number}: OpenSSL does not accept the ICV")


def check(number, packet, seen):
    expected = {"esp.spi": f"0x{packet.spi:08x}", "esp.sequence": str(packet.sequence),
                "esp.iv": f"{packet.sequence:016x}", "esp.contained_data": packet.inner.hex()}
    for field, value in expected.items():
        if seen[field] != value:
            sys.exit(f"packet {number}: tshark sees {field} {seen[field]}, we put in {value}")
    if int(seen["esp.protocol"], 0) != 4:
        sys.exit(f"packet {number}: next header {seen['esp.protocol']}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if shutil.which("tshark") is None:
        print("skipped: no tshark")
        sys.exit(77)
    packets = esp_keys.dumped(sys.argv[1])
    number = 0
    for spi, group in esp_keys.by_lane(packets).items():
        material = esp_keys.material(spi)
        with tempfile.NamedTemporaryFile(suffix=".pcap") as capture:
            write_pcap(capture.name, [packet.wire for packet in group])
            seen = decrypted(capture.name, spi, material)
        if len(seen) != len(group):
            sys.exit(f"tshark saw {len(seen)} of {len(group)} packets")
        for packet, fields in zip(group, seen):
            number += 1
            check(number, packet, fields)
            verify_icv(number, packet, material)
    print(f"tshark decrypted {number} of our packets, OpenSSL verified each ICV")


if __name__ == "__main__":
    main()
