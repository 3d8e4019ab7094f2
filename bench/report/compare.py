# SPDX-License-Identifier: Apache-2.0
"""A against B: is one build faster than the other? A B A, A B A, ... so that what the machine does meanwhile meets
both, and A against A says how much of a difference is nothing."""
from dataclasses import dataclass
from typing import Callable

from report import ratio, stats
from report.steps import Step

SAME, FASTER, SLOWER = "no difference seen", "B is faster", "B is slower"
ORDER = ("A", "B", "A'")
LEAST_FLOOR = 0.005  # two builds of the same source differ by as much, by where the code lies


@dataclass(frozen=True)
class Part:
    name: str
    programs: tuple
    steps: Callable      # setting, part of a name -> the steps of one sample


def memory_ports(program):
    def steps(setting, only):
        command = ["taskset", "-c", str(setting.cpu), setting.program(program), "--seconds", str(setting.seconds)]
        return [Step(program, command + (["--only", only] if only else []), 1 + 20 * setting.seconds)]
    return steps


def encrypt(setting, only):
    return [ratio.step(setting, "pipeline", c) for c in ratio.CONFIGURATIONS if only in ratio.name_of(c)]


PARTS = (Part("pipeline_bench", ("pipeline_bench",), memory_ports("pipeline_bench")),
         Part("bench_encrypt", ("bench_encrypt", "make_pcap"), encrypt),
         Part("inspect_bench", ("inspect_bench",), memory_ports("inspect_bench")))


def plan(settings, parts, rounds, only=""):
    """`settings`: of A and of B. Steps in the order in which they run; tag: (round, side, part)."""
    steps = []
    for part in parts:
        for n in range(rounds):
            for side in ORDER:
                for step in part.steps(settings[side[0]], only):
                    label = f"{step.label} of {side}, round {n + 1} of {rounds}"
                    steps.append(Step(label, step.command, step.expected, (n, side, part.name)))
    return steps


def series(steps):
    """{(part, name): {side: {round: cycles}}} and {(part, name): why void}."""
    cycles, void = {}, {}
    for step in steps:
        n, side, part = step.tag
        for report in step.reports:
            # A void report without a configuration is of its program.
            key = (part, report["name"] if report.get("cycles_median") else part)
            if not report["valid"]:
                void[key] = f"{side[0]}: {report['why_void']}"
            elif report["cycles_median"] > 0:
                cycles.setdefault(key, {s: {} for s in ORDER})[side][n] = report["cycles_median"]
    return cycles, void


def verdict(by_side):
    """One row. Ratios are cycles of B over the mean of the two A beside it in time: above 1 B is slower."""
    rounds = sorted(set.intersection(*(set(by_side[side]) for side in ORDER)))
    if len(rounds) < 3:
        return {"verdict": "too few rounds", "rounds": len(rounds), "ratio": None, "spread": None, "floor": None}
    a, b, again = ([by_side[side][n] for n in rounds] for side in ORDER)
    ratios = [y / ((x + z) / 2) for x, y, z in zip(a, b, again)]
    itself = [abs(z / x - 1) for x, z in zip(a, again)]
    floor = max(stats.quantile(itself, 0.8), LEAST_FLOOR)
    change = stats.median(ratios) - 1
    word = SAME if abs(change) <= max(floor, stats.relative_spread(ratios)) else SLOWER if change > 0 else FASTER
    return {"verdict": word, "rounds": len(rounds), "ratio": 1 + change, "spread": stats.extremes(ratios), "floor": floor,
            "cycles_a": stats.median(a + again), "cycles_b": stats.median(b)}


def rows(steps):
    cycles, void = series(steps)
    told = [{"part": part, "name": name} | verdict(by_side) for (part, name), by_side in cycles.items()
            if (part, name) not in void]
    return told + [{"part": part, "name": name, "verdict": f"VOID: {why}", "rounds": 0, "ratio": None, "spread": None,
                    "floor": None} for (part, name), why in void.items()]


def in_words(row):
    if row["ratio"] is None:
        return f"{row['name']:56} {row['verdict']}"
    low, high = row["spread"]
    return (f"{row['name']:56} {row['cycles_a']:8.1f} {row['cycles_b']:8.1f}  {row['ratio']:.3f} [{low:.3f} .. {high:.3f}]"
            f"  A/A {100 * row['floor']:4.1f} %  {row['verdict']}")


def heading():
    return f"{'cycles per packet or PDU; ratio above 1: B is slower':56} {'A':>8} {'B':>8}  B/A"


def summary(all_rows):
    counts = {word: sum(r["verdict"] == word for r in all_rows) for word in (FASTER, SLOWER, SAME)}
    rest = len(all_rows) - sum(counts.values())
    return ", ".join(f"{n} x {word}" for word, n in counts.items()) + (f", {rest} void or too few" if rest else "")
