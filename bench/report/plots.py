# SPDX-License-Identifier: Apache-2.0
"""Plots of a run as SVG: small, and the same bytes for the same figures."""
import re

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "bulkhead"
matplotlib.rcParams["svg.fonttype"] = "none"
from matplotlib import pyplot  # noqa: E402  (after use())

TIMES = ("us", "ms", "ns")
LEAST_SAMPLES = 20       # for a distribution
SHOWN_CYCLES = 2         # a stage that never costs more has no colour of its own
MOST_CONFIGURATIONS = 10


def save(figure, path):
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    pyplot.close(figure)


def short(name):
    return re.sub(r"-memory$", "", name).replace("-1w-", " ").replace("_flows-", " flows ").replace("_rel", " rel")


def mpps(entry, key):
    """What a core to itself would give: the rate by the clock has the neighbours in it."""
    return max(r["ceiling"]["tsc_hz"] for r in entry["rounds"]) / entry[key] / 1e6


def throughput(run):
    """Mpps of ceiling and pipeline by configuration, as their cycles say; above a pair its ratio."""
    entries = [e for e in run["ratios"] if not e["void"]]
    if not entries:
        return None
    figure, axes = pyplot.subplots(figsize=(7, 3.2))
    for offset, key, label in ((-0.2, "ceiling_cycles", "ceiling"), (0.2, "cycles", "pipeline")):
        axes.bar([i + offset for i in range(len(entries))], [mpps(e, key) for e in entries], 0.4, label=label)
    for i, entry in enumerate(entries):
        axes.text(i + 0.2, mpps(entry, "cycles"), f"{entry['ratio_cycles']:.2f}", ha="center", va="bottom")
    axes.set_xticks(range(len(entries)), [short(e["name"]).replace(" encrypt-", "\n") for e in entries], fontsize=7)
    axes.set_ylabel("Mpps, one worker")
    axes.legend(frameon=False)
    return figure


def stages(run):
    """Cycles per packet, stage upon stage."""
    entries = [e for e in (*run["ratios"], *run["stages"]) if not e["void"] and e.get("stages")][:MOST_CONFIGURATIONS]
    if not entries:
        return None
    names = dict.fromkeys(s for e in entries for s, cycles in e["stages"].items() if cycles >= SHOWN_CYCLES)
    figure, axes = pyplot.subplots(figsize=(7, 0.8 + 0.28 * len(entries)))
    left = [0.0] * len(entries)
    colours = pyplot.get_cmap("tab20")
    for n, stage in enumerate(names):
        cycles = [e["stages"].get(stage, 0) for e in entries]
        axes.barh(range(len(entries)), cycles, left=left, label=stage, color=colours(n % 20))
        left = [a + b for a, b in zip(left, cycles)]
    axes.set_yticks(range(len(entries)), [short(e["name"]) for e in entries], fontsize=6)
    axes.invert_yaxis()
    axes.set_xlabel("cycles per packet (TSC)")
    axes.legend(fontsize=6, ncol=6, frameon=False, loc="upper center", bbox_to_anchor=(0.4, -0.16 - 0.6 / len(entries)))
    return figure


def sampled_times(run):
    """(name, unit, samples) of every figure that is a time and was told with its samples."""
    for part in run.values():
        for entry in part if isinstance(part, list) else ():
            samples = entry.get("samples") if isinstance(entry, dict) else None
            if entry_is_time(entry, samples):
                yield entry["name"], entry["unit"], sorted(samples)


def entry_is_time(entry, samples):
    return isinstance(samples, list) and len(samples) >= LEAST_SAMPLES and entry.get("unit") in TIMES and not entry.get("void")


def latency(run):
    """Which share of the samples was at most so long."""
    series = list(sampled_times(run))
    if not series:
        return None
    figure, axes = pyplot.subplots(figsize=(7, 3.2))
    for name, unit, samples in series:
        axes.step(samples, [(i + 1) / len(samples) for i in range(len(samples))], where="post", label=f"{name} ({unit})")
    axes.set_xscale("log")
    axes.set_ylim(0, 1)
    axes.set_ylabel("share of samples")
    axes.legend(fontsize=6, frameon=False)
    return figure


PLOTS = (("throughput", "Throughput beside the ceiling", throughput), ("stages", "Cycles per stage", stages),
         ("latency", "Latency", latency))


def draw(run, folder, name):
    """(title, file name) of those for which the run has figures."""
    drawn = []
    for key, title, plot in PLOTS:
        figure = plot(run)
        if figure is not None:
            file = f"{name}-{key}.svg"
            save(figure, folder / file)
            drawn.append((title, file))
    return drawn
