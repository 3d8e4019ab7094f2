#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares our Modbus parser with tshark's reading of real captures, ADU by ADU. TAP, one line a
capture. Differences must be listed with a reason in known_gaps.yaml; an entry nothing uses fails.

Usage: run.py MODBUS_DUMP [CAPTURES_DIR]
Where the captures are absent nothing is compared: the plan says SKIP, and the exit status is 0, for
meson calls any other an error of a TAP program."""
import collections
import csv
import gzip
import json
import pathlib
import subprocess
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
DEFAULT_CAPTURES = HERE.parents[2] / "shared" / "captures"


def truth_rows(capture):
    """tshark's Modbus rows of a capture by frame, in wire order."""
    path = capture.parent / "truth" / (capture.name + ".tsv")
    rows = collections.defaultdict(list)
    opener = open if path.exists() else gzip.open
    with opener(path if path.exists() else f"{path}.gz", "rt", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["proto"] == "modbus" and "502" in (row["sport"], row["dport"]):
                rows[int(row["frame"])].append(row)
    return rows


def our_rows(dump, capture):
    output = subprocess.run([dump, capture], check=True, capture_output=True, text=True).stdout
    rows = collections.defaultdict(list)
    for line in output.splitlines():
        row = json.loads(line)
        rows[row["frame"]].append(row)
    return rows


def number(row, field):
    value = row.get(field) or ""
    return int(value, 0) if value else None


def expected_points(row, function):
    """(first, last) of each range as tshark's fields give them; None when it gives none."""
    if function == 23:
        pairs = [("modbus.read_reference_num", "modbus.read_word_cnt"),
                 ("modbus.write_reference_num", "modbus.write_word_cnt")]
    elif function in (1, 2, 15):
        pairs = [("modbus.reference_num", "modbus.bit_cnt")]
    elif function in (3, 4, 16):
        pairs = [("modbus.reference_num", "modbus.word_cnt")]
    elif function in (5, 6, 22):
        return None if not row.get("modbus.reference_num") else [(number(row, "modbus.reference_num"),) * 2]
    else:
        return None
    ranges = [(number(row, first), number(row, count)) for first, count in pairs]
    if any(None in pair for pair in ranges):
        return None
    return [(first, first + count - 1) for first, count in ranges]


def differences(truth, ours):
    """Names of the fields that differ between one row of each."""
    if "fault" in ours:
        return ["fault_" + ours["fault"]]
    function = number(truth, "modbus.func_code")
    pairs = {
        "transaction": (number(truth, "mbtcp.trans_id"), ours["transaction"]),
        "unit": (number(truth, "mbtcp.unit_id"), ours["unit"]),
        "function": (function, ours["function"]),
        "direction": (truth["sport"] == "502", ours["response"]),
        "exception": (number(truth, "modbus.exception_code"), ours.get("exception")),
    }
    if truth.get("modbus.diagnostic_code"):
        pairs["sub"] = (number(truth, "modbus.diagnostic_code"), ours["sub"])
    elif truth.get("modbus.mei"):
        pairs["sub"] = (number(truth, "modbus.mei"), ours["sub"])
    points = expected_points(truth, function)
    # tshark repeats the request's reference in a read response; the bytes there do not.
    if points is not None and (not ours["response"] or ours["points"]):
        pairs["points"] = (points, [(p[2], p[3]) for p in ours["points"]])
    return [name for name, (theirs, mine) in pairs.items() if theirs != mine]


def compare(dump, capture):
    """Number of ADUs that agree, and frames by kind of difference."""
    truth, ours = truth_rows(capture), our_rows(dump, capture)
    agreed, gaps = 0, collections.defaultdict(list)
    for frame in sorted(set(truth) | set(ours)):
        theirs, mine = truth.get(frame, []), ours.get(frame, [])
        for i in range(max(len(theirs), len(mine))):
            if i >= len(theirs):
                kinds = ["only_ours" + ("_fault_" + mine[i]["fault"] if "fault" in mine[i] else "")]
            elif i >= len(mine):
                kinds = ["only_tshark"]
            else:
                kinds = differences(theirs[i], mine[i])
            agreed += not kinds
            for kind in kinds:
                gaps[kind].append(frame)
    return agreed, gaps


def report(index, capture, agreed, gaps, known):
    """One TAP line, diagnostics below it; True when every difference is a known one."""
    unexplained = {k: f for k, f in gaps.items() if known.get(k, {}).get("frames") != f}
    unused = [k for k in known if k not in gaps]
    ok = not unexplained and not unused
    total = sum(len(f) for f in gaps.values())
    print(f"{'ok' if ok else 'not ok'} {index} - modbus against tshark: {capture.name}, "
          f"{agreed} ADUs agree, {total} known or new differences")
    for kind, frames in unexplained.items():
        print(f"# {capture.name}: {kind} in frames {frames}, known: {known.get(kind, {}).get('frames', [])}")
    for kind in unused:
        print(f"# {capture.name}: known gap '{kind}' no longer occurs; remove it from known_gaps.yaml")
    return ok


def main():
    dump = sys.argv[1]
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_CAPTURES
    captures = sorted(folder.glob("modbus__*.pcap*"))
    if not captures:
        print(f"1..0 # SKIP no captures in {folder}")
        return 0
    known = yaml.safe_load((HERE / "known_gaps.yaml").read_text()) or {}
    known = known.get("modbus") or {}
    print(f"1..{len(captures) + 1}")
    results, agreed_total = [], 0
    for i, capture in enumerate(captures, 1):
        agreed, gaps = compare(dump, capture)
        agreed_total += agreed
        results.append(report(i, capture, agreed, gaps, known.get(capture.name, {})))
    stale = sorted(set(known) - {c.name for c in captures})
    print(f"{'not ok' if stale else 'ok'} {len(captures) + 1} - known_gaps.yaml: names only captures that exist")
    for name in stale:
        print(f"# {name} is not there")
    print(f"# {agreed_total} ADUs agree with tshark")
    return 0 if all(results) and not stale else 1


if __name__ == "__main__":
    sys.exit(main())
