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


def swap(run):
    """(while images were swapped, the same load without) in the same run."""
    during = find(run, r"64B-1w-encrypt-udp-latency-50_percent-swap-\d+_flows-100000_rel-memory", "latency")
    quiet = find(run, r"64B-1w-encrypt-udp-latency-50_percent-\d+_flows-100000_rel-memory", "latency")
    return (during, quiet) if during and quiet else None


NO_SWAP = "no image of 100 000 relationships was swapped under load (part latency, not --quick)"


def swap_lost(run):
    """What overran the worker's ring for longer than without swaps; what is lost otherwise makes the figure void."""
    found = swap(run)
    if found is None:
        return missing(NO_SWAP)
    during, quiet = found
    return Finding(max(0, during["overrun"] - quiet["overrun"]), of=during["name"],
                   reason=f"beyond the {quiet['overrun']:.0f} that the same load lost without swaps, at a ring that was full")


def swap_added(run):
    found = swap(run)
    if found is None:
        return missing(NO_SWAP)
    return Finding(found[0]["added_p99.9_us"], of=found[0]["name"], reason="p99.9 less p99.9 of the same load without swaps")


def flow_bytes(run):
    """Of an inspected Modbus flow: what a worker really touched, and its entry in the flow table."""
    entry = find(run, r"1w-memory-modbus-.*", "flow_memory")
    if entry is None:
        return missing("no inspected flow's memory was measured (part memory)")
    return Finding(entry["touched_bytes_per_flow"], of=entry["name"],
                   reason=f"reserved: {entry['configured_bytes_per_flow']:.0f} bytes, of which untouched pages take no memory")


def server_megabytes(run):
    """With every flow that may be inspected being a Modbus flow."""
    entry = find(run, r"1w-memory-default_server-.*", "flow_memory")
    if entry is None:
        return missing("the default server configuration was not measured (part memory)")
    return Finding(entry["full_bytes"] / 1e6, of=entry["name"],
                   reason=f"{entry['start_bytes'] / 1e6:.0f} MB at its start; {entry['bound_bytes'] / 1e6:.0f} MB were all flows of the largest protocol")
