# SPDX-License-Identifier: Apache-2.0
"""One run: builds, measures part after part, makes rows, tells. bench/run is its command."""
import dataclasses
import os
import subprocess
import tempfile

from report import facts, judge, programs, stats
from report.memory import Memory
from report.progress import Progress
from report.steps import Setting, Step


def build(directory, names, log=None):
    """"" or why these programs of bench/ are not there."""
    done = subprocess.run(["ninja", "-C", str(directory), *sorted("bench/" + n for n in names)], cwd=facts.ROOT,
                          capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if not line.startswith("[")]
    words = next((line for line in lines if "error" in line.lower()), "") or programs.last_words(done.stderr or done.stdout)
    return "" if done.returncode == 0 else words


def built(directory, parts):
    """Those that did not build, with the reason: they are void, the others are measured."""
    if not build(directory, {n for p in parts for n in p.programs}):
        return {}
    return {p.name: why for p in parts if (why := build(directory, p.programs))}


def all_steps(setting, parts, broken):
    steps = {}
    for part in parts:
        if part.name in broken:
            steps[part.name] = [Step(part.name, [], 0, ("not built",))]
            steps[part.name][0].reports.append(programs.void(part.name, "it does not build: " + broken[part.name]))
        else:
            steps[part.name] = part.plan(setting)
    return steps


def measure(setting, parts, broken, progress_of=Progress):
    """The entries of every part by its key, and the core's pace."""
    steps = all_steps(setting, parts, broken)
    progress = progress_of(sum(s.expected for some in steps.values() for s in some))
    entries = {}
    for at, part in enumerate(parts, start=1):
        for step in steps[part.name]:
            progress.begin(f"[{at}/{len(parts)} {part.name}]", step.label, step.expected)
            if not step.reports:
                step.run()
        entries[part.key] = fold_safely(part, steps[part.name])
    progress.end()
    paces = [r["pace"] for some in steps.values() for s in some for r in s.reports if r.get("pace")]
    return entries | {"pace": stats.extremes(paces) if paces else None}


def fold_safely(part, steps):
    """What a part cannot make sense of is a void entry in it."""
    void = [r["why_void"] for s in steps for r in s.reports if not r["valid"]]
    try:
        if part.name in {s.label for s in steps if s.tag == ("not built",)}:
            raise ValueError(void[0])
        return part.fold(steps)
    except (KeyError, IndexError, ValueError, ZeroDivisionError, TypeError) as error:
        return [{"name": part.name, "void": void or [f"its figures do not fit together: {error!r}"]}]


def rows_of(run, parts, every_part):
    """Targets first; then what was measured, part by part."""
    measured = [row | {"part": p.name} for p in parts for entry in run[p.key] for row in p.rows(entry)]
    run = {p.key: [] for p in every_part} | run
    return judge.all_targets(run) + measured


def whole(args, parts, every_part):
    """(the JSON of a run, is anything void?)"""
    result = facts.of(args.build)
    broken = built(args.build, parts)
    with Memory(args.huge_pages) as memory, tempfile.TemporaryDirectory() as folder:
        setting = Setting(build=args.build, cpu=args.cpu, rounds=args.rounds, seconds=args.seconds, quick=args.quick,
                          first=args.first, eal=tuple(memory.eal), folder=folder)
        result |= {"memory": memory.name, "quick": args.quick,
                   "setting": {k: v for k, v in dataclasses.asdict(setting).items() if k not in ("folder", "eal")}}
        result |= {p.key: [] for p in every_part} | measure(setting, parts, broken)
    result["load_after"] = os.getloadavg()
    result["rows"] = rows_of(result, parts, every_part)
    return result, any(entry["void"] for p in parts for entry in result[p.key])
