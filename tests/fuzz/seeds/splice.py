#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of splice_fuzz into tests/fuzz/corpus/splice/: what two ends do, one after the other."""
import pathlib

CORPUS = pathlib.Path(__file__).resolve().parents[1] / "corpus" / "splice"
HMI, PLC = 0, 0x10
READ, WRITE, FAR, LONG = 0, 4, 5, 6  # requests: the first is allowed
ANSWER, EXCEPTION, LONG_ANSWER = 0, 4, 6
WIDE, NARROW, WRAP = 0, 1, 2


def write(end, kind):
    return bytes([0 | end, kind])


def raw(end, data):
    return bytes([0 | end, 7, len(data), *data])


def send(end, size=127):
    return bytes([2 | end, size - 1])


def again(end, at, size, change=None):
    place = [at & 0xFF, at >> 8, size - 1]
    return bytes([4 | end, *place]) if change is None else bytes([5 | end, *place, change])


def acknowledge(end, old=0):
    return bytes([6 | end, old])


def close(end):
    return bytes([7 | end, 127])


def window(end, size):
    return bytes([8 | end, size & 0xFF, size >> 8])


def arrive(end, which=0):
    return bytes([9 | end, which])


def lose(end):
    return bytes([12 | end])


def wait(seconds):
    return bytes([13 | seconds << 5])


ALL = bytes([14])
ASK = write(HMI, READ) + send(HMI) + ALL + write(PLC, ANSWER) + send(PLC) + ALL
REFUSED = write(HMI, WRITE) + send(HMI)

SEEDS = {
    "session": bytes([WIDE]) + ASK + ASK + close(HMI) + ALL + close(PLC) + ALL,
    "refused": bytes([WIDE]) + REFUSED + ALL + ASK + REFUSED + ALL + ASK + close(HMI) + ALL + close(PLC) + ALL,
    "mixed_segment": bytes([WRAP]) + (write(HMI, READ) + write(HMI, WRITE)) * 3 + send(HMI) + ALL
    + write(PLC, ANSWER) + send(PLC) + ALL,
    "in_parts": bytes([WIDE]) + write(HMI, LONG) + write(HMI, READ) + (send(HMI, 50) + arrive(HMI)) * 6 + ALL,
    "answer_lost": bytes([WIDE]) + REFUSED + lose(HMI) + acknowledge(HMI) + lose(HMI) + again(HMI, 0, 12) + ALL + ASK,
    "request_lost": bytes([WRAP]) + REFUSED + ALL + write(HMI, READ) + send(HMI) + lose(PLC) + again(HMI, 12, 12) + ALL,
    "overlap": bytes([WIDE]) + write(HMI, READ) + write(HMI, WRITE) + send(HMI, 8) + again(HMI, 4, 12) + again(HMI, 0, 24) + ALL,
    "changed": bytes([WIDE]) + write(HMI, READ) + send(HMI) + again(HMI, 0, 12, 9) + ALL + ASK,
    "changed_after_refusal": bytes([WIDE]) + REFUSED + write(HMI, READ) + send(HMI) + again(HMI, 12, 12, 7) + ASK,
    "gap": bytes([WIDE]) + write(HMI, READ) + write(HMI, READ) + again(HMI, 12, 12) + send(HMI) + again(HMI, 0, 24) + ALL,
    "between_answers": bytes([WIDE]) + write(PLC, LONG_ANSWER) + send(PLC, 40) + REFUSED + ALL + send(PLC) + send(PLC) + ALL,
    "window_closes": bytes([NARROW]) + window(PLC, 10) + write(HMI, LONG) + send(HMI, 10) + ALL + send(HMI, 100)
    + window(PLC, 4000) + send(HMI) + ALL,
    "client_window": bytes([NARROW]) + window(HMI, 5) + REFUSED + ALL + window(HMI, 500) + acknowledge(HMI) + ALL,
    "old_acknowledgements": bytes([WIDE]) + REFUSED + ALL + ASK + acknowledge(HMI, 9) + acknowledge(PLC, 12) + ASK,
    "not_modbus": bytes([WIDE]) + ASK + raw(HMI, b"GET / HTTP/1.1") + send(HMI) + ALL,
    "unfinished": bytes([WIDE]) + REFUSED + raw(HMI, bytes([0, 9, 0, 0, 0])) + send(HMI) + close(HMI) + ALL + close(PLC) + ALL,
    "waits": bytes([WIDE]) + ASK + write(HMI, READ) + send(HMI, 5) + wait(7) + wait(7) + ASK,
}


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    for name, actions in SEEDS.items():
        (CORPUS / name).write_bytes(actions)


if __name__ == "__main__":
    main()
