#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the bacnet fuzz target, made from ASHRAE 135. Usage: bacnet.py DIRECTORY"""
import pathlib
import struct
import sys

CLIENT, DEVICE = 0, 1


def bvlc(function, body):
    return struct.pack(">BBH", 0x81, function, len(body) + 4) + body


def unicast(apdu, npdu=b"\x01\x04"):
    return bvlc(10, npdu + apdu)


def broadcast(apdu, npdu=b"\x01\x20\xff\xff\x00\xff"):
    return bvlc(11, npdu + apdu)


def confirmed(service, parameters=b"", invoke=7):
    return bytes([0, 5, invoke, service]) + parameters


def ack(service, parameters=b""):
    return bytes([0x30, 7, service]) + parameters


def segment(sequence, more, part, service):
    return bytes([0x0C if more else 0x08, 5, 7, sequence, 4, service]) + part


def unconfirmed(service, parameters=b""):
    return bytes([0x10, service]) + parameters


def thing(kind, instance, tag=0x0C):
    return struct.pack(">BI", tag, kind << 22 | instance)


def within(number, inside):
    return bytes([number << 4 | 14]) + inside + bytes([number << 4 | 15])


def real(value):
    return struct.pack(">Bf", 0x44, value)


def prop(number, tag=0x19):
    return bytes([tag, number])


REFERENCE = thing(0, 1) + prop(85)
READS = thing(0, 1) + within(1, prop(85, 9) + prop(111, 9)) + thing(2, 5) + within(1, prop(8, 9))
WRITES = b"".join(thing(4, i) + within(1, prop(85, 9) + within(2, b"\x91\x01") + prop(8, 0x39)) for i in range(3))
CHANGE = b"\x09\x01" + thing(8, 4, 0x1C) + thing(0, 1, 0x2C) + b"\x39\x3c" + within(
    4, prop(85, 9) + within(2, real(20)) + prop(111, 9) + within(2, b"\x82\x04\x00"))
EVENT = b"\x09\x01" + thing(8, 4, 0x1C) + thing(0, 3, 0x2C) + within(3, b"\x19\x05") + bytes.fromhex(
    "4901596469058900b903")
ENTRY = bytes([10, 0, 0, 1, 0xBA, 0xC0, 255, 255, 255, 0])

TALKS = {
    "read": [(CLIENT, unicast(confirmed(12, REFERENCE))), (DEVICE, unicast(ack(12, REFERENCE + within(3, real(20)))))],
    "read_multiple": [(CLIENT, unicast(confirmed(14, READS))), (DEVICE, unicast(ack(14, thing(0, 1) + within(
        1, prop(85, 0x29) + within(4, real(1)) + prop(28, 0x29) + within(5, b"\x91\x02\x91\x20")))))],
    "write": [(CLIENT, unicast(confirmed(15, REFERENCE + within(3, real(50)) + b"\x49\x08"))), (DEVICE, unicast(b"\x20\x07\x0f"))],
    "write_multiple": [(CLIENT, unicast(confirmed(16, WRITES))), (DEVICE, unicast(b"\x50\x07\x10" + within(0, b"\x91\x02\x91\x28")))],
    "write_in_segments": [(CLIENT, unicast(segment(0, True, WRITES[:20], 16))), (DEVICE, unicast(b"\x41\x07\x00\x04")),
                          (CLIENT, unicast(segment(1, True, WRITES[20:30], 16))), (CLIENT, unicast(segment(1, True, WRITES[20:30], 16))),
                          (CLIENT, unicast(segment(2, False, WRITES[30:], 16))), (DEVICE, unicast(b"\x20\x07\x10"))],
    "answer_in_segments": [(CLIENT, unicast(confirmed(12, thing(8, 1) + prop(76)))),
                           (DEVICE, unicast(b"\x3c\x07\x00\x04\x0c" + thing(8, 1) + prop(76))),
                           (DEVICE, unicast(b"\x38\x07\x01\x04\x0c" + within(3, thing(0, 1, 0xC4))))],
    "routed": [(CLIENT, unicast(confirmed(12, REFERENCE), bytes.fromhex("0124000d013dff"))),
               (DEVICE, unicast(ack(12, REFERENCE + within(3, b"\x11")), bytes.fromhex("0108000d013d")))],
    "forwarded": [(CLIENT, bvlc(4, bytes([10, 1, 0, 5, 0xBA, 0xC0, 1, 0]) + unconfirmed(8)))],
    "distribute": [(CLIENT, bvlc(9, b"\x01\x20\xff\xff\x00\xff" + unconfirmed(8, b"\x09\x01\x19\x09")))],
    "discover": [(CLIENT, broadcast(unconfirmed(8))), (CLIENT, broadcast(unconfirmed(7, b"\x3c\x00PMP"))),
                 (DEVICE, broadcast(unconfirmed(0, thing(8, 7, 0xC4) + b"\x22\x05\xc4\x91\x03\x21\x07"))),
                 (DEVICE, broadcast(unconfirmed(1, thing(8, 7, 0xC4) + thing(0, 1, 0xC4) + b"\x72\x00x")))],
    "changes": [(CLIENT, unicast(confirmed(5, b"\x09\x01" + thing(0, 1, 0x1C) + b"\x29\x01\x39\x3c"))),
                (DEVICE, unicast(confirmed(1, CHANGE))), (DEVICE, broadcast(unconfirmed(2, CHANGE)))],
    "events": [(DEVICE, unicast(confirmed(2, EVENT))), (DEVICE, broadcast(unconfirmed(3, EVENT)))],
    "files": [(CLIENT, unicast(confirmed(6, thing(10, 2, 0xC4) + within(0, b"\x31\x00\x22\x01\x00")))),
              (DEVICE, unicast(ack(6, b"\x11" + within(0, b"\x31\x00\x62ab")))),
              (CLIENT, unicast(confirmed(7, thing(10, 2, 0xC4) + within(0, b"\x31\x00\x62ab")))), (DEVICE, unicast(ack(7, b"\x09\x00")))],
    "objects": [(CLIENT, unicast(confirmed(10, within(0, b"\x09\x11")))),
                (CLIENT, unicast(confirmed(10, within(0, thing(2, 7, 0x1C)) + within(1, prop(77, 9) + within(2, b"\x72\x00x"))))),
                (CLIENT, unicast(confirmed(11, thing(2, 7, 0xC4))))],
    "lists": [(CLIENT, unicast(confirmed(8, thing(15, 1) + prop(102) + within(3, within(0, b"\x21\x01"))))),
              (CLIENT, unicast(confirmed(26, thing(20, 2) + prop(131) + within(3, b"\x21\x01\x31\x0a"))))],
    "manage": [(CLIENT, unicast(confirmed(17, b"\x19\x01"))), (DEVICE, unicast(b"\x60\x07\x09")),
               (CLIENT, unicast(confirmed(20, b"\x09\x01\x1a\x00x"))), (DEVICE, unicast(b"\x71\x07\x04")),
               (CLIENT, broadcast(unconfirmed(6, bytes.fromhex("a401020304b401020304")))),
               (CLIENT, unicast(confirmed(18, b"\x09\x07\x19\x01" + within(2, b"\xff\x00\xde"))))],
    "bvlc": [(CLIENT, bvlc(5, b"\x00\x3c")), (DEVICE, bvlc(0, b"\x00\x00")), (CLIENT, bvlc(1, ENTRY * 2)),
             (DEVICE, bvlc(0, b"\x00\x10")), (CLIENT, bvlc(2, b"")), (DEVICE, bvlc(3, ENTRY)), (CLIENT, bvlc(8, ENTRY[:6])), (CLIENT, bvlc(12, b"xyz"))],
    "network": [(CLIENT, bvlc(11, b"\x01\x80" + message)) for message in (
        b"\x00", b"\x01\x00\x09", b"\x03\x01\x00\x09", b"\x06\x01\x00\x09\x01\x02ab", b"\x07", b"\x0b??", b"\x13\x00\x09\x01", b"\x80\x00\x07!")],
}
PARAMETERS = {12: REFERENCE, 14: READS, 15: REFERENCE + within(3, b"\x75\x06\x00hello") + b"\x49\x10", 16: WRITES, 1: CHANGE, 2: EVENT}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, talk in TALKS.items():
        said = b"".join(bytes([side]) + struct.pack("<H", len(datagram)) + datagram for side, datagram in talk)
        (folder / name).write_bytes(b"\x00" + said)
    for service, parameters in PARAMETERS.items():
        (folder / f"cut_{service}").write_bytes(bytes([1, service, 9]) + parameters)


main()
