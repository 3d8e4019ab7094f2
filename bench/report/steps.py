# SPDX-License-Identifier: Apache-2.0
"""A part of the run is a list of steps: commands, each with the seconds it is expected to take."""
import os
from dataclasses import dataclass, field

from report import programs
from report.facts import ROOT


@dataclass(frozen=True)
class Setting:
    """What all steps of a run share."""
    build: str = "build"
    cpu: int = 1
    rounds: int = 7
    seconds: float = 1.0
    quick: bool = False
    first: int = 99                 # ratio: only so many configurations
    eal: tuple = ("--no-huge", "-m", "512")
    folder: str = "/nowhere"        # for captures; ends with the run

    def program(self, path):
        """Of the build, or of the tree when the path names its folder."""
        return str(ROOT / path) if "/" in path else str(ROOT / self.build / "bench" / path)


@dataclass(frozen=True)
class Step:
    label: str
    command: list
    expected: float                 # seconds, on a machine with nothing else to do
    tag: tuple = ()                 # for the part that made it
    reports: list = field(default_factory=list, compare=False)

    def run(self):
        self.reports.extend(programs.run(self.label, self.command, 60 + 15 * self.expected))
        return self


@dataclass(frozen=True)
class Program:
    """One program and its two command lines; {rounds}, {half}, {seconds}, {short}, {shorter} and {cpu} are
    filled in."""
    path: str
    full: tuple = ()
    quick: tuple = ()
    expected: tuple = (10, 5)       # seconds, full and quick
    pinned: bool = True             # to the measured processor; programs of several threads are not

    def step(self, setting, label=""):
        values = {"rounds": setting.rounds, "half": max(1, setting.rounds // 2), "seconds": setting.seconds,
                  "short": min(setting.seconds, 0.5), "shorter": min(setting.seconds, 0.3), "cpu": setting.cpu}
        arguments = [a.format(**values) for a in (self.quick if setting.quick else self.full)]
        pin = ["taskset", "-c", str(setting.cpu)] if self.pinned else []
        name = os.path.basename(self.path) if "/" not in self.path else self.path
        return Step(name + label, [*pin, setting.program(self.path), *arguments], self.expected[1 if setting.quick else 0])


def once(*wanted):
    return lambda setting: [p.step(setting) for p in wanted]


def repeated(program, times):
    """`times`: of a setting."""
    return lambda setting: [program.step(setting, f", round {n + 1}") for n in range(times(setting))]
