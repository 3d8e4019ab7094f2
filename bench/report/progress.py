# SPDX-License-Identifier: Apache-2.0
"""Tells on stderr what is running, how long it has taken and about how much is left."""
import sys
import time

EVERY_S = 5  # where stderr is no terminal


def span(seconds):
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def left(expected_done, expected_all, elapsed):
    """What is still expected, corrected by how the machine kept to what was expected so far."""
    pace = elapsed / expected_done if expected_done > 0 and elapsed > 0 else 1
    return (expected_all - expected_done) * pace


class Progress:
    """begin() before each step; `expected_all` is the sum of the seconds that the steps are expected to take."""

    def __init__(self, expected_all, out=sys.stderr, clock=time.monotonic):
        self.all, self.done, self.out, self.clock = expected_all, 0.0, out, clock
        self.start, self.told, self.head = clock(), None, None

    def begin(self, head, label, expected):
        elapsed = self.clock() - self.start
        line = f"{head}: {label}; {span(elapsed)}, about {span(left(self.done, self.all, elapsed))} left"
        self.done += expected
        if self.out.isatty():
            print(f"\r\033[K{line[:118]}", end="", file=self.out, flush=True)
        elif head != self.head or self.told is None or elapsed - self.told >= EVERY_S:
            print(line, file=self.out, flush=True)
            self.told = elapsed
        self.head = head

    def end(self):
        if self.out.isatty():
            print("\r\033[K", end="", file=self.out, flush=True)
