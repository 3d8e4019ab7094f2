#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A scripted DNP3 outstation, written for these tests: no other can be installed. Address 10, its master is 1. It
answers reads of analog inputs (30:5) with 100 + index, and does what control relay output blocks (12:1) ask. Prints
each request that reached it.

usage: dnp3_outstation.py [PORT]     default 20000
"""
import socket
import struct
import sys

import dnp3_link as dnp3

if sys.argv[1:] in (["-h"], ["--help"]):
    print(__doc__.strip())
    sys.exit(0)
NO_IIN = b"\0\0"
NO_FUNCTION = b"\0\x01"


def read(objects):
    """A header 30:5 with 8-bit start and stop, answered by flags and float of each."""
    first, last = objects[3], objects[4]
    values = b"".join(b"\x01" + struct.pack("<f", 100 + index) for index in range(first, last + 1))
    return f"read {first}-{last}", objects[:5] + values


def operate(objects):
    """A header 12:1 with one 8-bit index: the answer is the request, its status success already."""
    return f"operate {objects[4]}", objects


def answer(function, objects):
    does = {dnp3.READ: read, dnp3.DIRECT_OPERATE: operate}.get(function)
    if does is None:
        print(f"asked: function {function}", flush=True)
        return NO_FUNCTION
    told, out = does(objects)
    print(f"asked: {told}", flush=True)
    return NO_IIN + out


def serve(connection):
    link = dnp3.Link(connection, 10, 1, dnp3.FROM_OUTSTATION)
    while True:
        sequence, function, objects = link.receive()
        link.send(bytes([dnp3.WHOLE | sequence, dnp3.RESPONSE]) + answer(function, objects))


listener = socket.create_server(("0.0.0.0", int(sys.argv[1]) if len(sys.argv) > 1 else 20000))
print("ready", flush=True)
while True:
    peer, _ = listener.accept()
    peer.settimeout(60)
    try:
        serve(peer)
    except (dnp3.Broken, OSError) as error:
        print(f"closed: {error}", flush=True)
    peer.close()
