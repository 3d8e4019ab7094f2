# SPDX-License-Identifier: Apache-2.0
"""The figures of targets that are about tables, policies, tunnels and memory; see measures.py."""
from report.measures import Finding, find, missing


def flow_table(run):
    """Per packet, a million flows beside a thousand."""
    few = find(run, r"64B-1w-encrypt-udp-(established-)?1000_flows-\d+_rel-memory")
    many = find(run, r"64B-1w-encrypt-udp-(established-)?1000000_flows-\d+_rel-memory")
    if not few or not many:
        return missing("no part of this run has 1000 and 1 000 000 flows")
    cycles = [e.get("cycles") or e["cycles_median"] for e in (few, many)]
    return Finding(cycles[1] / cycles[0] - 1, cycles[1] / cycles[0], "", None, many["name"], "", False, stages_of(many))


def stages_of(entry):
    return entry.get("stages") or {k[6:]: v for k, v in entry.items() if k.startswith("stage_")}


def tsc_hz(run):
    """Of the run's machine, from any report that counted it."""
    told = [r["pipeline"]["tsc_hz"] for e in run.get("ratios", ()) for r in e["rounds"] if r["pipeline"].get("tsc_hz")]
    return max(told, default=0)


def new_flows(run):
    entry = find(run, r"64B-1w-encrypt-udp-opening-\d+_flows-100000_rel-memory")
    if entry is None:
        return missing("flows that open among 100 000 relationships were not measured (part policy, not --quick)")
    clock = entry.get("tsc_hz") or tsc_hz(run)
    if not clock:
        return missing("cycles cannot be made a rate: nothing in this run counted the clock (part ratio)")
    return Finding(clock / entry["cycles_median"] / 1e6, None, "", None, entry["name"], "by cycles, over memory ports",
                   False, stages_of(entry))


def policy_size(run):
    entry = find(run, r"64B-1w-encrypt-udp-established-\d+_flows-100000_rel-memory", "policies")
    if entry is None:
        return missing("established flows under 100 000 relationships were not measured (part policy, not --quick)")
    return Finding(entry["ratio"] - 1, entry["ratio"], "", None, entry["name"], "", False, stages_of(entry))


def cut(key):
    def measure(run):
        entry = next((e for e in run.get("cuts", ()) if not e["void"] and key in e), None)
        if entry is None:
            return missing("no permission ended by publication in this run (part cut)")
        return Finding(entry[key], of=entry["name"], reason="one worker; on a busy machine the scheduler is in it")
    return measure


def workers(run):
    """Two workers beside one, of what two times one would be; frames at the queue of the worker that owns their flow."""
    entry = find(run, r"64B-2w-own_queue-encrypt-udp-.*")
    if entry is None or "of_linear" not in entry:
        return missing("no part of this run had two workers for one peer pair")
    return Finding(entry["of_linear"], entry["of_linear"], "one worker in the same round", None, entry["name"])


def told(name):
    """A ratio that a part prints with a value of its own."""
    def measure(run):
        entry = find(run, name)
        if entry is None or entry.get("value") is None:
            return missing(f"no part of this run told {name}")
        return Finding(entry["value"], entry["value"], "", entry.get("spread"), entry["name"])
    return measure


def nobody(why):
    return lambda run: missing(why)
