#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A service manager's notify socket: prints what comes, a line a datagram, each after the time in seconds.

usage: notify_listener.py PATH
"""
import socket
import sys
import time

with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
    listener.bind(sys.argv[1])
    began = time.monotonic()
    while True:
        said = listener.recv(4096).decode().replace("\n", " ")
        print(f"{time.monotonic() - began:.2f} {said}", flush=True)
