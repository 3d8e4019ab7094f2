#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Sends hand-made bytes over one TCP connection and prints what came back, one word a line:
an answer in hex, "silence" (nothing within the time), or "reset" / "closed".

usage: modbus_raw.py HOST SEGMENT...    a segment is hex; "," between segments waits 50 ms
"""
import socket
import sys
import time


def exchange(host, segments):
    with socket.create_connection((host, 502), timeout=2) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for segment in segments:
                connection.sendall(bytes.fromhex(segment))
                time.sleep(0.05)
            answer = connection.recv(4096)
            time.sleep(0.3)
            connection.setblocking(False)
            try:
                answer += connection.recv(4096)
            except BlockingIOError:
                pass
            return answer.hex() if answer else "closed"
        except socket.timeout:
            return "silence"
        except ConnectionError:
            return "reset"


def main():
    if len(sys.argv) < 3:
        print(__doc__.strip())
        return 2
    print(exchange(sys.argv[1], sys.argv[2:]))
    return 0


sys.exit(main())
