# SPDX-License-Identifier: Apache-2.0
"""From the reports of a part's steps to its entries in the JSON of a run: each has a `name` and a list `void`."""
from report import stats

KEPT = ("bytes_per_pdu", "operations_per_pdu")  # the same in every round
SAMPLED = ("cycles_median", "mpps", "cpu_share")


def as_told(steps):
    """Every report is an entry."""
    return [report | {"void": [] if report["valid"] else [report["why_void"] or "it does not say why"]}
            for step in steps for report in step.reports]


def medians(steps):
    """Programs that were run again and again: one entry a name, of its medians over the rounds."""
    by_name = {}
    for step in steps:
        for report in step.reports:
            by_name.setdefault(report["name"], []).append(report)
    return [of_rounds(name, reports) for name, reports in by_name.items()]


def of_rounds(name, reports):
    good = [r for r in reports if r["valid"]] or reports
    result = {"name": name, "void": sorted({r["why_void"] for r in reports if not r["valid"]}),
              "cycles": stats.median([r.get("cycles_median", 0) for r in good]),
              "mpps": stats.median([r.get("mpps", 0) for r in good]),
              "stages": {k[6:]: stats.median([r.get(k, 0) for r in good]) for k in good[0] if k.startswith("stage_")}}
    result |= {k: good[0][k] for k in KEPT if k in good[0]}
    return result | {"samples": {k: [r.get(k) for r in reports] for k in SAMPLED}}
