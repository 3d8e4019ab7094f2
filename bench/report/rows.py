# SPDX-License-Identifier: Apache-2.0
"""Rows of the report: one figure each, whatever part it is from. From a part's entries to its rows of configurations;
the rows of targets are made by judge.py."""
from report import stats

UNITS = (("_per_s", "/s"), ("_per_second", "/s"), ("_bytes", "bytes"), ("_bytes_per_flow", "bytes"), ("_us", "us"), ("_ms", "ms"), ("_s", "s"), ("_mb", "MB"))
# Of a Report what is no result, or is shown under another name.
NOT_SHOWN = ("seconds", "cpu_share", "tsc_hz")


def row(name, value, unit, **more):
    """`ratio` is to what `against` names; `met` None: nobody could say, and `reason` says why."""
    return {"kind": "configuration", "name": name, "value": value, "unit": unit, "ratio": None, "against": None,
            "target": None, "met": None, "spread": None, "reason": ""} | more


def void(entry, unit):
    return row(entry["name"], None, unit, reason="VOID: " + "; ".join(entry["void"]))


def of_ratio(entry):
    if entry["void"]:
        return [void(entry, "cycles/packet")]
    return [row(entry["name"], entry["cycles"], "cycles/packet", ratio=entry["ratio_cycles"],
                against="the ceiling probe in this run, by cycles", spread=stats.extremes(entry["ratio_cycles_all"]))]


def of_cycles(entry, unit="cycles/packet"):
    if entry["void"]:
        return [void(entry, unit)]
    samples = [c for c in entry["samples"]["cycles_median"] if c]
    return [row(entry["name"], entry["cycles"], unit, spread=stats.extremes(samples) if samples else None)]


def of_pdu(entry):
    return of_cycles(entry, "cycles/PDU")


def of_told(entry):
    """Of a report as it was told: its value with its unit, or a row for every figure whose name ends in a unit."""
    if entry["void"]:
        return [void(entry, entry.get("unit"))]
    if "value" in entry:
        samples = [s for s in entry.get("samples") or [] if isinstance(s, (int, float))]
        more = {"spread": stats.extremes(samples) if samples else None} | {k: entry[k] for k in ("ratio", "against") if k in entry}
        return [row(entry["name"], entry["value"], entry.get("unit"), **more)]
    rows = [row(f"{entry['name']}: {key}", value, unit_of(key)) for key, value in entry.items() if unit_of(key) and number(value)]
    if entry.get("cycles_median"):
        against = "the least of the same run" if "ratio" in entry else None
        rows.insert(0, row(entry["name"], entry["cycles_median"], "cycles/packet", ratio=entry.get("ratio"), against=against))
    if entry.get("mpps"):
        rows.insert(0, row(entry["name"], entry["mpps"], "Mpps"))
    return rows


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def unit_of(key):
    if key in NOT_SHOWN:
        return None
    return next((unit for ending, unit in UNITS if key.endswith(ending)), None)
