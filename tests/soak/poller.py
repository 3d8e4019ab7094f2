#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Modbus reads over long sessions and over connections of one read each; every failure, and a summary every 10 s.

usage: poller.py HOST --sessions N --short N --period SECONDS --seconds SECONDS

JSON lines on stdout: {"at", "kind": "failure", "of": "session"|"short", "why", "since"} with `since` the time of the
last good answer of that poller, and {"at", "kind": "summary", "polls", "p50_ms", "p99_ms", "max_ms"}.
"""
import argparse
import json
import socket
import struct
import sys
import threading
import time

LOCK = threading.Lock()
TIMES = []


def tell(**what):
    with LOCK:
        print(json.dumps({"at": time.time()} | what), flush=True)


def connect(host):
    s = socket.create_connection((host, 502), timeout=1)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    s.settimeout(2)
    return s


def read_once(s, number):
    """One read of register 10, which holds 1010. Raises OSError when it is not answered as it should be."""
    began = time.monotonic()
    s.sendall(struct.pack(">HHHBBHH", number & 0xFFFF, 0, 6, 1, 3, 10, 1))
    answer = s.recv(260)
    if answer[:2] != struct.pack(">H", number & 0xFFFF) or answer[7:] != struct.pack(">BBH", 3, 2, 1010):
        raise OSError(f"answered {answer.hex() or 'by closing'}")
    with LOCK:
        TIMES.append(time.monotonic() - began)


def poll(args, short, until):
    s, number, good = None, 0, time.time()
    while time.monotonic() < until:
        try:
            s = s or connect(args.host)
            read_once(s, number)
            good = time.time()
        except OSError as error:
            tell(kind="failure", of="short" if short else "session", why=str(error), since=good)
            s = s.close() if s else None
        number += 1
        if short and s:
            s = s.close()
        time.sleep(args.period)


def summaries(until):
    while time.monotonic() < until:
        time.sleep(10)
        with LOCK:
            times = sorted(TIMES)
            TIMES.clear()
        if times:
            at = lambda q: round(1000 * times[min(len(times) - 1, int(q * len(times)))], 3)
            tell(kind="summary", polls=len(times), p50_ms=at(0.5), p99_ms=at(0.99), max_ms=at(1))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("host")
    for name, kind in (("sessions", int), ("short", int), ("period", float), ("seconds", float)):
        p.add_argument("--" + name, type=kind, required=True)
    args = p.parse_args()
    until = time.monotonic() + args.seconds
    threads = [threading.Thread(target=poll, args=(args, n >= args.sessions, until)) for n in range(args.sessions + args.short)]
    threads.append(threading.Thread(target=summaries, args=(until,)))
    for t in threads:
        t.start()
    for t in threads:
        t.join()


if __name__ == "__main__":
    sys.exit(main())
