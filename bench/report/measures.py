# SPDX-License-Identifier: Apache-2.0
"""Where in a run the figure of a target stands: each takes the run's JSON and returns a Finding.

A figure that was not measured is a Finding without a value and with the reason. One that can only be worse than
what was measured (an uninspected packet for an inspected one) is `at_best`: it can show that a target is missed,
never that it is met.
"""
import re
from dataclasses import dataclass, field

from report import references as ref, stats

FULL = "10000_flows-1000_rel"
SMALL = "(64|66)B"  # a Modbus request is 66 bytes long


@dataclass(frozen=True)
class Finding:
    value: float = None
    ratio: float = None
    against: str = ""        # more than the target says by itself
    spread: list = None
    of: str = ""             # the configuration
    reason: str = ""
    at_best: bool = False
    stages: dict = field(default_factory=dict)
    unit: str = "cycles"     # of what is in `stages`


def told(size):
    """A pattern of frames, for people."""
    return size.replace(SMALL, "64B")


def missing(reason):
    return Finding(reason=reason)


def find(run, pattern, *keys):
    """The first entry that is not void and whose whole name fits; of all parts, unless keys of some are given."""
    for key in keys or [k for k, v in run.items() if isinstance(v, list)]:
        for entry in run.get(key, ()):
            if isinstance(entry, dict) and not entry.get("void", True) and re.fullmatch(pattern, entry["name"]):
                return entry
    return None


def beside_ceiling(run, size):
    """The entry of `size` over ports, among many flows if it was measured; None."""
    for rest in (FULL, "256_flows-10_rel"):
        entry = find(run, f"{size}-1w-encrypt-udp-{rest}", "ratios")
        if entry:
            return entry
    return None


def inspected_beside_ceiling(run, size):
    """(pipeline, ceiling) of the same Modbus requests among many flows, over memory ports; None."""
    pair = [find(run, f"{size}-1w-{what}-modbus-{FULL}-memory", "stages") for what in ("encrypt", "ceiling")]
    return pair if all(pair) else None


def of_ceiling(size, scale=1.0, against=""):
    """The ceiling's cycles beside the pipeline's in the same run, divided by `scale`; inspected where the frames are Modbus."""
    def measure(run):
        pair = inspected_beside_ceiling(run, size)
        if pair:
            cycles = [entry["samples"]["cycles_median"] for entry in pair]
            rounds = [c / p / scale for p, c in zip(*cycles) if p and c]
            value = pair[1]["cycles"] / pair[0]["cycles"] / scale
            return Finding(value, value, against, stats.extremes(rounds), pair[0]["name"], "over memory ports", False,
                           pair[0]["stages"])
        entry = beside_ceiling(run, size)
        if entry is None:
            return missing(f"this run has no pipeline beside the ceiling at {told(size)} (part ratio)")
        return Finding(entry["ratio_cycles"] / scale, entry["ratio_cycles"] / scale, against,
                       [r / scale for r in stats.extremes(entry["ratio_cycles_all"])],
                       entry["name"], "without inspection: at best", True, entry["stages"])
    return measure


def of_cipher(size, reference):
    """Where 07 has no ceiling: beside the raw cipher of the same run, divided by the reference's own ratio to it."""
    def measure(run):
        entry = beside_ceiling(run, size)
        if entry is None:
            return missing(f"this run has no pipeline beside the ceiling at {told(size)} (part ratio)")
        cipher = entry["notes"]["cipher"]["cycles_median"]
        if not cipher:
            return missing("the raw cipher was not measured")
        value = cipher / entry["cycles"] / reference
        return Finding(value, value, "", None, entry["name"], "without inspection: at best", True, entry["stages"])
    return measure


def without_ports(size, bytes_):
    """Cycles over memory ports; judged by their ratio to the ceiling, because cycles of another clock are others."""
    def measure(run):
        memory = find(run, f"{size}-1w-encrypt-udp-256_flows-10_rel-memory", "stages")
        beside = find(run, f"{size}-1w-encrypt-udp-256_flows-10_rel", "ratios")
        if memory is None:
            return missing(f"no memory-port figure at {told(size)} (part stages)")
        value = memory["cycles"]
        if beside is None:
            return Finding(value, of=memory["name"], reason="no ceiling in the same run to compare cycles by (part ratio)",
                           stages=memory["stages"])
        share = value / beside["ceiling_cycles"]
        reference = ref.VPP_ACL_CYCLES[bytes_] / ref.CEILING_CYCLES[bytes_]
        return Finding(value, share / reference, f"{value:.0f}/{beside['ceiling_cycles']:.0f} of the ceiling here", None,
                       memory["name"], "", False, memory["stages"])
    return measure


def decrypt(run):
    there = find(run, f"64B-1w-encrypt-udp-{FULL}-memory", "stages")
    back = find(run, f"64B-1w-decrypt-udp-{FULL}-memory", "stages")
    if not there or not back:
        return missing("no memory-port figures of both directions (part stages)")
    value = there["cycles"] / back["cycles"]
    rounds = [a / b for a, b in zip(*(e["samples"]["cycles_median"] for e in (there, back))) if a and b]
    return Finding(value, value, "", stats.extremes(rounds) if rounds else None, back["name"], "", False, back["stages"])


def modbus_inspection(run):
    """What the inspect stage takes for a request more than for a packet that nobody inspects."""
    inspected = find(run, f"{SMALL}-1w-encrypt-modbus-{FULL}-memory", "stages")
    plain = find(run, f"64B-1w-encrypt-udp-{FULL}-memory", "stages")
    if not inspected or not plain:
        return missing("no memory-port figures of Modbus and of opaque UDP (part stages)")
    value = inspected["stages"].get("inspect", 0) - plain["stages"].get("inspect", 0)
    return Finding(value, of=inspected["name"], reason="of the inspect stage alone", stages=inspected["stages"])


def other_inspection(run):
    """Parsers by themselves: one above the limit is missed for sure; all below it would not show that it is met."""
    rows = [e for e in run.get("inspection", ()) if not e["void"] and not e["name"].endswith("-refused")
            and not e["name"].startswith("inspect-modbus")]
    if not rows:
        return missing("no PDUs were measured (part inspect)")
    worst = max(rows, key=lambda e: e["cycles"])
    return Finding(worst["cycles"], None, "", [min(e["cycles"] for e in rows), worst["cycles"]], worst["name"],
                   "mean of request and answer, parser alone: at best", True, {e["name"]: e["cycles"] for e in rows}, "PDU")


def snort(run):
    inspected = find(run, f"{SMALL}-1w-encrypt-modbus-256_flows-10_rel-memory", "stages")
    beside = find(run, "64B-1w-encrypt-udp-256_flows-10_rel", "ratios")
    if not inspected or not beside:
        return missing("needs Modbus over memory ports (part stages) and the ceiling (part ratio) in one run")
    value = beside["ceiling_cycles"] / inspected["cycles"] / (ref.SNORT / ref.CEILING[64])
    return Finding(value, value, "", None, inspected["name"], "over memory ports", False, inspected["stages"])
