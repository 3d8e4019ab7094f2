#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the EtherNet/IP targets, made by hand from CIP Vol 1 and 2. usage: seeds/enip.py"""
import pathlib
import struct

CORPUS = pathlib.Path(__file__).resolve().parents[1] / "corpus"
REQUESTS, ONE_ANSWER, OPEN_ANSWER = 0, 2, 0b1010
IDENTITY, ROUTER, MANAGER = b"\x20\x01\x24\x01", b"\x20\x02\x24\x01", b"\x20\x06\x24\x01"
TRIAD = bytes([0x11, 0x22, 0x4D, 0, 1, 2, 3, 4])


def command(code, body=b"", status=0):
    return struct.pack("<HHII8sI", code, len(body), 0x1234, status, b"context1", 0) + body


def item(kind, content=b""):
    return struct.pack("<HH", kind, len(content)) + content


def rr(message):
    return command(0x6F, struct.pack("<IHH", 0, 10, 2) + item(0) + item(0xB2, message))


def unit(connection, sequence, message):
    data = struct.pack("<H", sequence) + message
    return command(0x70, struct.pack("<IHH", 0, 0, 2) + item(0xA1, struct.pack("<I", connection)) + item(0xB1, data))


def request(service, path, data=b""):
    return bytes([service, len(path) // 2]) + path + data


def reply(service, data=b"", status=0):
    return bytes([service | 0x80, 0, status, 0]) + data


def symbol(name):
    return bytes([0x91, len(name)]) + name + b"\0" * (len(name) % 2)


def parts(content):
    offsets, at = b"", 2 + 2 * len(content)
    for one in content:
        offsets += struct.pack("<H", at)
        at += len(one)
    return struct.pack("<H", len(content)) + offsets + b"".join(content)


def multiple(*content):
    return request(0x0A, ROUTER, parts(content))


def routed(message, route):
    data = bytes([10, 5]) + struct.pack("<H", len(message)) + message + b"\0" * (len(message) % 2)
    return request(0x52, MANAGER, data + bytes([len(route) // 2, 0]) + route)


def forward_open(path, trigger=0xA3, large=False):
    interval = struct.pack("<II", 8000, 0x200043F4) if large else struct.pack("<IH", 8000, 0x43F4)
    data = bytes([10, 5]) + struct.pack("<II", 0, 0xAAAA) + TRIAD + bytes([2, 0, 0, 0]) + interval * 2
    return request(0x5B if large else 0x54, MANAGER, data + bytes([trigger, len(path) // 2]) + path)


def pccc(command_code, rest):
    return request(0x4B, b"\x20\x67\x24\x01", bytes([7, 0x4D, 0, 1, 2, 3, 4, command_code, 0, 9, 0]) + rest)


READ = request(0x4C, symbol(b"Pump"), b"\1\0")
WRITE = request(0x4D, symbol(b"Valve") + b"\x28\3", struct.pack("<HHi", 0xC4, 1, -5))
OPENED = reply(0x54, struct.pack("<II", 0xBBBB, 0xAAAA) + TRIAD + struct.pack("<II", 8000, 8000) + b"\0\0")
IO = struct.pack("<H", 2) + item(0x8002, struct.pack("<II", 0xBBBB, 7)) + item(0xB1, b"\1\0\5\6")
KEY = bytes([0x34, 4, 1, 0, 2, 0, 3, 0, 4, 5])

STREAMS = {
    "register": (ONE_ANSWER, command(0x65, b"\1\0\0\0") * 2),
    "lists": (ONE_ANSWER, command(0x63) + command(0x63, b"\1\0" + item(0x0C, bytes(33))) + command(4) + command(0x64)),
    "identity": (ONE_ANSWER, rr(request(1, IDENTITY)) + rr(reply(1, bytes(20)))),
    "read_tag": (ONE_ANSWER, rr(READ) + rr(reply(0x4C, b"\xc3\0\x0c\0"))),
    "write_tag": (ONE_ANSWER, rr(WRITE) + rr(reply(0x4D, status=5))),
    "write_fragment": (REQUESTS, rr(request(0x53, symbol(b"Arr"), struct.pack("<HHIi", 0xC4, 9, 4, 1)))),
    "modify": (REQUESTS, rr(request(0x4E, symbol(b"A"), b"\4\0" + bytes(8)))),
    "multiple": (ONE_ANSWER, rr(multiple(READ, WRITE)) + rr(reply(0x0A, parts([reply(0x4C, b"\xc3\0\1\0"), reply(0x4D)])))),
    "nested": (REQUESTS, rr(multiple(multiple(READ), WRITE))),
    "routed": (ONE_ANSWER, rr(routed(WRITE, b"\1\0")) + rr(bytes([0xD2, 0, 1, 1, 0x12, 3, 1]))),
    "routed_far": (REQUESTS, rr(routed(routed(multiple(WRITE), b"\1\2"), b"\x12\x041.23"))),
    "connected": (OPEN_ANSWER, rr(forward_open(b"\1\0" + ROUTER)) + rr(OPENED) + unit(0xBBBB, 1, READ)
                  + unit(0xAAAA, 1, reply(0x4C, b"\xc3\0\x0c\0"))),
    "large_io": (REQUESTS, rr(forward_open(KEY + b"\x20\4\x24\1\x2c\2\x2c\3\x80\1\1\2", 1, True))),
    "close": (ONE_ANSWER, rr(request(0x4E, MANAGER, bytes([10, 5]) + TRIAD + b"\3\0\1\0" + ROUTER)) + rr(reply(0x4E, TRIAD + b"\0\0"))),
    "pccc_read": (ONE_ANSWER, rr(pccc(0x0F, bytes([0xA2, 4, 7, 0x89, 2, 0]))) + rr(reply(0x4B, bytes([7, 0x4D, 0, 1, 2, 3, 4, 0x4F, 0x10, 9, 0])))),
    "pccc_write": (REQUESTS, rr(pccc(0x0F, bytes([0xAA, 2, 7, 0x89, 0xFF, 0, 1, 0, 5, 0])))),
    "attributes": (REQUESTS, rr(request(3, b"\x21\0\x8b\0\x25\0\1\0", b"\2\0\5\0\6\0"))),
    "unknown_connection": (REQUESTS, unit(0x99, 1, WRITE)),
}
ASKED, ANSWERED = 0, 1  # turns of a datagram; above bit 0 tenths of a second that went by
PATH = b"\x20\4\x24\x64\x2c\x96\x2c\x97"
CLOSE = rr(request(0x4E, MANAGER, bytes([10, 5]) + TRIAD + bytes([len(PATH) // 2, 0]) + PATH))
DATAGRAMS = {
    "io": [(ASKED, IO)],
    "list_identity": [(ASKED, command(0x63))],
    "three_items": [(ASKED, b"\3\0" + IO[2:] + item(0x8000, bytes(16)))],
    "opened": [(ASKED, rr(forward_open(PATH, 1))), (ANSWERED, rr(OPENED)), (ASKED, IO), (ASKED, IO), (ASKED | 101 << 1, IO)],
    "closed": [(ASKED, rr(forward_open(PATH, 1))), (ANSWERED, rr(OPENED)), (ASKED, CLOSE),
               (ANSWERED, rr(reply(0x4E, TRIAD + b"\0\0"))), (ASKED, IO)],
}


def save(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


if __name__ == "__main__":
    for name, (turns, stream) in STREAMS.items():
        save("enip", name, bytes([turns]) + stream)
    for name, datagrams in DATAGRAMS.items():
        save("enip_datagram", name, b"".join(struct.pack("<BH", turn, len(each)) + each for turn, each in datagrams))
