#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the ethercat fuzz target, made from the standards. Usage: ethercat.py DIRECTORY"""
import pathlib
import struct
import sys

MORE = 0x8000
APWR, FPRD, FPWR, BRD, BWR, LRW, ARMW = 2, 4, 5, 7, 8, 12, 13


def frame(kind, content):
    return struct.pack("<H", kind << 12 | len(content)) + content


def datagram(command, offset, data, counter=0, device=0x1001, flags=0, index=7):
    return (struct.pack("<BBHHHH", command, index, device, offset, len(data) | flags, 0) + data
            + struct.pack("<H", counter))


def commands(*datagrams):
    return frame(1, b"".join(datagrams))


def mailbox(kind, content):
    return struct.pack("<HHBB", len(content), 0x1001, 0, 0x10 | kind) + content


def coe(kind, content):
    return mailbox(3, struct.pack("<H", kind << 12) + content)


def sdo(kind, command, index, sub, data):
    return coe(kind, struct.pack("<BHB", command, index, sub) + data)


def foe(opcode, number, rest=b""):
    return mailbox(4, struct.pack("<BBI", opcode, 0, number) + rest)


def ams(command, error=0):
    return mailbox(1, bytes(16) + struct.pack("<HHIII", command, 4, 0, error, 5))


def asked(*contents):
    return [(0, commands(datagram(FPWR, 0x1800, content))) for content in contents]


def answered(*contents):
    return [(1, commands(datagram(FPRD, 0x1C00, content, 1))) for content in contents]


SEEDS = {
    "reads": [(0, commands(datagram(BRD, 0x130, bytes(2), device=0))), (1, commands(datagram(BRD, 0x130, b"\2\0", 3, 3)))],
    "chain": [(0, commands(datagram(LRW, 0x0100, bytes(8), flags=MORE), datagram(ARMW, 0x910, bytes(4), flags=MORE),
                           datagram(BRD, 0x130, bytes(2))))],
    "state": [(0, commands(datagram(FPWR, 0x120, b"\4\0"))), (0, commands(datagram(BWR, 0x120, b"\x11")))],
    "registers": [(0, commands(datagram(FPWR, 0x800, bytes(32)))), (0, commands(datagram(APWR, 0x10, b"\1\x10", device=0))),
                  (0, commands(datagram(BWR, 0x0F0, bytes(0x60)))), (0, commands(datagram(FPWR, 0x981, b"\3")))],
    "eeprom": [(0, commands(datagram(FPWR, 0x502, bytes([0, command]) + bytes(4)))) for command in (0, 1, 2, 4)],
    "upload": asked(sdo(2, 0x40, 0x1018, 4, bytes(4)), sdo(2, 0x60, 0, 0, bytes(4)))
    + answered(sdo(3, 0x43, 0x1018, 4, b"abcd"), sdo(3, 1, 0, 0, b"abcd"), sdo(2, 0x80, 0x1018, 4, b"\0\0\2\6")),
    "program": asked(sdo(2, 0x21, 0x1F50, 1, struct.pack("<I", 2) + b"ab")),
    "download": asked(sdo(2, 0x2F, 0x6060, 0, b"\x08\0\0\0"), sdo(2, 0x31, 0x1C12, 1, struct.pack("<I", 6) + b"abcdef"),
                      sdo(2, 0, 0, 0, b"abcd")) + answered(sdo(3, 0x60, 0x6060, 0, bytes(4)), sdo(3, 0x20, 0, 0, bytes(4))),
    "information": asked(*(coe(8, struct.pack("<BBHHBB", opcode, 0, 0, 0x1018, 1, 0)) for opcode in (1, 3, 5)))
    + answered(*(coe(8, struct.pack("<BBHHBB", opcode, 0, 0, 0x1018, 1, 0) + b"name") for opcode in (0x82, 4, 6, 7))),
    "pdos": asked(*(coe(kind, bytes(8)) for kind in (1, 4, 5, 6, 7))),
    "file": asked(foe(1, 0, b"log"), foe(2, 0, b"boot.efw"), foe(3, 1, bytes(20)), foe(4, 1)) + answered(foe(5, 0x8002, b"no"), foe(6, 1)),
    "drive": asked(mailbox(5, b"\x41\x40\x24\x80"), mailbox(5, b"\x43\x40\x24\x80\1\2"), mailbox(5, b"\x4b\x40\2\0\1"))
    + answered(mailbox(5, b"\x42\x40\x24\x80\7"), mailbox(5, b"\x54\x40\x24\x80\x09\x10")),
    "tunnel": asked(mailbox(2, b"\0\1\0\0" + bytes(20)), mailbox(2, b"\2\0\0\0" + bytes(20)), mailbox(2, b"\4\0\0\0"))
    + answered(mailbox(2, b"\3\0\1\0"), mailbox(2, b"\1\0\0\0abcd")),
    "ads": asked(ams(2), ams(3), ams(5)) + answered(ams(2, 0x703)),
    "vendor": asked(mailbox(15, bytes(8))),
    "gateway": [(0, frame(5, foe(2, 0, b"boot"))), (0, frame(5, sdo(2, 0x40, 0x1018, 4, bytes(4)))), (1, frame(5, mailbox(0, b"\1\0\4\0"))),
                (0, frame(5, mailbox(7, b"\1")))],
    "variables": [(0, frame(4, bytes(20)))],
    "others": [(0, frame(7, bytes(21))), (0, commands(datagram(0, 0, b""))), (0, commands(datagram(255, 0, b"\1")))],
    "even": [(0, commands(datagram(BWR, 0x101, b"\0"), b"\0"))],
}

for name, datagrams in SEEDS.items():
    data = b"".join(bytes([side]) + struct.pack("<H", len(each)) + each for side, each in datagrams)
    (pathlib.Path(sys.argv[1]) / name).write_bytes(data)
