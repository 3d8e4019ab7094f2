# SPDX-License-Identifier: Apache-2.0
"""The gateway's encrypt direction beside the ceiling probe: ceiling, pipeline, ceiling, pipeline, ...

The claim is the median of the rounds' ratios; absolute rates are notes about the machine of the day.
"""
import os
import subprocess

from report import stats
from report.steps import Step

PROGRAMS = {"ceiling": "ceiling", "pipeline": "bench_encrypt", "io": "ceiling", "cipher": "cipher"}
COMPARED = ("ceiling", "pipeline")
NOTES = ("io", "cipher")
# frame bytes or "imix", flows, relationships
CONFIGURATIONS = ((64, 256, 10), (64, 10000, 1000), (512, 256, 10), (1408, 256, 10), ("imix", 256, 10))
QUICK = ((64, 256, 10), (64, 10000, 1000), (1408, 256, 10))
START_S = 0.8  # EAL, tables and warm-up of a sample


def name_of(configuration, what="encrypt"):
    size, flows, relationships = configuration
    frames = size if size == "imix" else f"{size}B"
    return f"{frames}-1w-{what}-udp-{flows}_flows-{relationships}_rel"


def capture_for(setting, configuration):
    """Made once; empty when it cannot be, and then every sample says why it is void."""
    size, flows, relationships = configuration
    path = f"{setting.folder}/{size}-{flows}-{relationships}.pcap"
    if not os.path.exists(path):
        subprocess.run([setting.program("make_pcap"), "--out", path, "--bytes", str(size), "--flows", str(flows),
                        "--relationships", str(relationships), "--seed", "1"], check=False)
    return path


def command(setting, which, configuration):
    size, flows, relationships = configuration
    if which == "cipher":
        return ["taskset", "-c", str(setting.cpu), setting.program("cipher"), "--bytes", str(size),
                "--seconds", str(setting.seconds)]
    line = [setting.program(PROGRAMS[which]), "-l", str(setting.cpu), "--no-pci", *setting.eal,
            f"--file-prefix=bench{os.getpid()}", "--log-level=4",
            f"--vdev=net_pcap0,rx_pcap={capture_for(setting, configuration)},infinite_rx=1", "--vdev=net_null1,no-rx=1", "--",
            "--seconds", str(setting.seconds), "--warm-up", str(min(0.2, setting.seconds)), "--flows", str(flows),
            "--name", name_of(configuration, which)]
    if which == "pipeline":
        line += ["--relationships", str(relationships)]
    if which == "io":
        line += ["--work", "0"]
    return line


def notes_of(configuration):
    """The raw cipher takes one size."""
    return NOTES if configuration[0] != "imix" else tuple(n for n in NOTES if n != "cipher")


def step(setting, which, configuration, label=""):
    return Step(f"{name_of(configuration)} {which}{label}", command(setting, which, configuration),
                START_S + setting.seconds, (configuration, which))


def plan(setting):
    configurations = (QUICK if setting.quick else CONFIGURATIONS)[:setting.first]
    steps = []
    for configuration in configurations:
        steps += [step(setting, which, configuration, f", round {n + 1} of {setting.rounds}")
                  for n in range(setting.rounds) for which in COMPARED]
        steps += [step(setting, which, configuration) for which in notes_of(configuration)]
    return steps


def fold(steps):
    """One entry a configuration, with all its raw rounds."""
    return [entry(configuration, [s for s in steps if s.tag[0] == configuration])
            for configuration in dict.fromkeys(s.tag[0] for s in steps)]


def entry(configuration, steps):
    # The last report: a program that dies after its figures is void.
    told = {which: [s.reports[-1] for s in steps if s.tag[1] == which] for which in PROGRAMS}
    rounds = [dict(zip(COMPARED, pair)) for pair in zip(*(told[which] for which in COMPARED))]
    result = {"name": name_of(configuration), "rounds": rounds, "notes": {which: told[which][0] for which in notes_of(configuration)},
              "void": sorted({r["why_void"] for which in COMPARED for r in told[which] if not r["valid"]})}
    stages = [k for k in rounds[0]["pipeline"] if k.startswith("stage_")]
    result["stages"] = {k[6:]: stats.median([r["pipeline"].get(k, 0) for r in rounds]) for k in stages}
    return result if result["void"] else result | compared(rounds)


def compared(rounds):
    """By cycles of the median slice: what other processes did meanwhile is hardly in it."""
    cycles = {which: [r[which]["cycles_median"] for r in rounds] for which in COMPARED}
    rate = {which: [r[which]["mpps"] for r in rounds] for which in COMPARED}
    ratios = [c / p for c, p in zip(cycles["ceiling"], cycles["pipeline"])]
    return {"ratio_cycles": stats.median(ratios), "ratio_cycles_all": ratios,
            "ratio_rate": stats.median([p / c for p, c in zip(rate["pipeline"], rate["ceiling"])]),
            "cycles": stats.median(cycles["pipeline"]), "ceiling_cycles": stats.median(cycles["ceiling"]),
            "mpps": stats.median(rate["pipeline"]), "ceiling_mpps": stats.median(rate["ceiling"]),
            "noise_a_a": stats.against_itself(cycles["ceiling"]),
            "noise_a_a_rate": stats.against_itself(rate["ceiling"])}
