# SPDX-License-Identifier: Apache-2.0
"""Something that the person at the keyboard has to put right first."""
import pathlib
import sys


class Problem(Exception):
    def __init__(self, what, what_to_do):
        super().__init__(what)
        self.what_to_do = what_to_do


def end_with(program, problem):
    print(f"{program}: {problem}\n  what to do: {problem.what_to_do}", file=sys.stderr)
    return 2


def need_build(build):
    if not (pathlib.Path(build) / "build.ninja").is_file():
        raise Problem(f"{build} is no build directory", "scripts/build makes build/; --build names another")
