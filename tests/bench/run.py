#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every *_test.py beside it and prints TAP, a line a test: its name is the sentence."""
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "bench"), str(HERE.parent / "soak")]


class Tap(unittest.TestResult):
    number = 0

    def line(self, test, ok, words=""):
        self.number += 1
        room, _, name = test.id().partition(".")
        sentence = name.rpartition(".")[2].removeprefix("test_").replace("_", " ")
        print(f"{'ok' if ok else 'not ok'} {self.number} - {room.removesuffix('_test')}: {sentence}{words}", flush=True)

    def addSuccess(self, test):
        self.line(test, True)

    def addSkip(self, test, reason):
        self.line(test, True, f" # SKIP {reason}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line(test, False)
        print("\n".join("# " + line for line in self.failures[-1][1].splitlines()))

    def addError(self, test, err):
        super().addError(test, err)
        self.line(test, False)
        print("\n".join("# " + line for line in self.errors[-1][1].splitlines()))


def main():
    result = Tap()
    unittest.defaultTestLoader.discover(str(HERE), pattern="*_test.py").run(result)
    print(f"1..{result.number}")
    return 0 if result.number and result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
