# SPDX-License-Identifier: Apache-2.0
"""A UDP stream with a packet each millisecond, and who notes when each arrives.

stream.py send ADDRESS PORT [ADDRESS PORT ...]
stream.py receive PORT FILE     FILE: the arrival of each packet, 8 bytes, ns since 1970, by the kernel
"""
import socket
import struct
import sys
import time

SO_TIMESTAMPNS = 35


def send(places):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    due = time.monotonic()
    number = 0
    while True:
        for place in places:
            try:
                sock.sendto(struct.pack(">Q", number), place)
            except OSError:
                pass
        number += 1
        due += 0.001
        time.sleep(max(0, due - time.monotonic()))


def receive(port, path):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sock.bind(("0.0.0.0", port))
    with open(path, "wb", buffering=0) as out:
        while True:
            _, extra, _, _ = sock.recvmsg(64, 64)
            for _, kind, data in extra:
                if kind == SO_TIMESTAMPNS:
                    seconds, ns = struct.unpack("qq", data[:16])
                    out.write(struct.pack("<Q", seconds * 10**9 + ns))


if sys.argv[1] == "send":
    send([(sys.argv[i], int(sys.argv[i + 1])) for i in range(2, len(sys.argv), 2)])
else:
    receive(int(sys.argv[2]), sys.argv[3])
