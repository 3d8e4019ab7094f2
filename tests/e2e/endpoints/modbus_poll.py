#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""modbus_poll.py HOST REGISTER SECONDS: reads one holding register again and again over one TCP
session until SIGINT; then says how many polls failed and the longest time between two answers."""
import signal
import socket
import struct
import sys
import time

host, register, period = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
polls = errors = 0
gap = 0.0
going = True


def stop(*_):
    global going
    going = False


signal.signal(signal.SIGINT, stop)
session = socket.create_connection((host, 502), timeout=5)
session.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
session.settimeout(5)
last = time.monotonic()
while going:
    try:
        session.sendall(struct.pack(">HHHBBHH", polls & 0xFFFF, 0, 6, 1, 3, register, 1))
        answer = session.recv(260)
        if len(answer) != 11 or answer[7] != 3:
            errors += 1
        elif polls == 0:
            print(struct.unpack(">H", answer[9:11])[0], flush=True)
    except OSError as error:
        print(error, flush=True)
        errors += 1
        break
    polls += 1
    now = time.monotonic()
    gap = max(gap, now - last)
    last = now
    time.sleep(period)
print(f"{polls} polls, {errors} errors, longest gap {gap * 1000:.0f} ms", flush=True)
