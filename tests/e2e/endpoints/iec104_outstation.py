#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A scripted IEC 104 outstation, written for these tests: no other can be installed. It answers interrogation, C_RD,
single commands and set points, reports a value by itself after each of them, and closes the connection at the first
sequence number that does not follow. Prints each command that reached it.

usage: iec104_outstation.py [PORT]     default 2404; station 1, measured value 201, outputs 301 and 302
"""
import socket
import struct
import sys

import iec104_link as iec

if sys.argv[1:] in (["-h"], ["--help"]):
    print(__doc__.strip())
    sys.exit(0)
STATION, MEASURED = 1, 201
GOOD = b"\0"
outputs = {301: 0, 302: 0}
names = {iec.INTERROGATION: "interrogation", iec.READ: "read", iec.SINGLE_COMMAND: "command",
         iec.SET_POINT_FLOAT: "set point", iec.CLOCK: "clock"}


def measured(cause, ioa=MEASURED):
    return iec.Asdu(iec.SHORT_FLOAT, cause, STATION, ioa, struct.pack("<f", 21.5) + GOOD)


def states(cause):
    return [iec.Asdu(iec.SINGLE_POINT, cause, STATION, ioa, bytes([state])) for ioa, state in outputs.items()]


def answers(request):
    """What the request brings about, in order of sending."""
    def echo(cause):
        return iec.Asdu(request.kind, cause, request.station, request.ioa, request.element)

    if request.kind == iec.READ:
        return [measured(iec.REQUEST, request.ioa)]
    if request.kind == iec.INTERROGATION:
        return [echo(iec.CONFIRMATION), *states(iec.INTERROGATED), measured(iec.INTERROGATED), echo(iec.TERMINATION)]
    if request.kind == iec.SINGLE_COMMAND:
        outputs[request.ioa] = request.element[0] & 1
    return [echo(iec.CONFIRMATION), echo(iec.TERMINATION)]


def serve(connection):
    link = iec.Link(connection)
    while True:
        request = link.receive()
        if isinstance(request, int):
            link.send_u({iec.STARTDT_ACT: iec.STARTDT_CON, iec.TESTFR_ACT: iec.TESTFR_CON}[request])
            continue
        print(f"asked: {names.get(request.kind, request.kind)} {request.ioa}", flush=True)
        for asdu in [*answers(request), measured(iec.SPONTANEOUS)]:
            link.send(asdu)


listener = socket.create_server(("0.0.0.0", int(sys.argv[1]) if len(sys.argv) > 1 else 2404))
print("ready", flush=True)
while True:
    peer, _ = listener.accept()
    peer.settimeout(60)
    try:
        serve(peer)
    except (iec.Broken, OSError) as error:
        print(f"closed: {error}", flush=True)
    peer.close()
