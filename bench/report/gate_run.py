# SPDX-License-Identifier: Apache-2.0
"""Measures for the gate: rounds of every configuration, and more of those that are in doubt."""
import functools
import tempfile
import time

from report import baseline, facts, gate, ratio
from report.memory import Memory
from report.steps import Setting

HOST = ("date", "commit", "dirty", "cpus", "kernel", "compiler", "dpdk")  # kept with a record, for people


class Configuration:
    def __init__(self, configuration):
        self.what, self.name = configuration, ratio.name_of(configuration)
        self.rounds = []
        self.void = ""
        self.state, self.words = gate.MORE, "not measured in the time that there was"

    def measure(self, setting):
        """One round; a void sample ends the configuration."""
        reports = {}
        for which in ratio.COMPARED:
            reports[which] = ratio.step(setting, which, self.what).run().reports[-1]
            if not reports[which]["valid"]:
                self.void = f"{which}: {reports[which]['why_void']}"
                return
        self.rounds.append(gate.Round(*(reports[which]["cycles_median"] for which in ratio.COMPARED),
                                      max(r["pace"] for r in reports.values())))

    def decide(self, judge, last):
        if self.void:
            self.state, self.words = gate.FAIL, "VOID: " + self.void
        else:
            self.state, self.words = judge(self.name, self.rounds, last)


def rounds(setting, configurations, judge, limit_s, tell, clock=time.monotonic):
    """Until every configuration is decided, or the time is up; configurations take turns."""
    for one in configurations:
        one.decide(judge, False)
    start, slowest = clock(), 0.0
    while any(c.state == gate.MORE for c in configurations):
        began = clock()
        open_ones = [c for c in configurations if c.state == gate.MORE]
        for one in open_ones:
            if clock() - start <= limit_s:
                one.measure(setting)
        slowest = max(slowest, clock() - began)
        last = clock() - start + slowest > limit_s
        for one in open_ones:
            one.decide(judge, last)
            if one.state != gate.MORE or len(one.rounds) == gate.LEAST_ROUNDS:
                tell(f"{clock() - start:4.0f} s  {one.name}: {one.state}: {one.words}")


def beside(recorded, name, made, last):
    return gate.decide(made, recorded.get(name), last)


def to_record(_, made, last):
    """Rounds until it is good enough."""
    now = gate.to_record(made)
    why = gate.recordable(now)
    words = why or f"{now.ratio:.3f} of the ceiling ({now.quiet:.3f} at its quietest), noise {100 * now.noise:.1f} %, {now.rounds} rounds"
    return (gate.OK if not why else gate.FAIL if last else gate.MORE), words


def measured(args, configurations, tell):
    """The key of what was measured and its host: a record without its ratios."""
    told = facts.of(args.build)
    with Memory(args.huge_pages) as memory, tempfile.TemporaryDirectory() as folder:
        setting = Setting(build=args.build, cpu=args.cpu, seconds=args.seconds, eal=tuple(memory.eal), folder=folder)
        key = baseline.key_of(told, memory.huge)
        found = baseline.find(baseline.load(args.baseline), key) or {"ratios": {}}
        judge = to_record if args.record else functools.partial(beside, found["ratios"])
        rounds(setting, configurations, judge, args.limit, tell)
    return key | {"host": {k: told[k] for k in HOST}}
