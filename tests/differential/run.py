#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what bulkhead-dissect says of real captures with tshark's reading, PDU by PDU. TAP, one
line a capture. Differences must be listed with a reason in known_gaps.yaml; an entry nothing uses
fails. What of a protocol is compared: protocols/NAME.py.

Usage: run.py BULKHEAD_DISSECT PROTOCOL [CAPTURES_DIR [KNOWN_GAPS]]
Where the captures are absent nothing is compared: the plan says SKIP, and the exit status is 0, for
meson calls any other an error of a TAP program.

protocols/NAME.py offers:
  LABELS               beginnings of the names of captures that hold the protocol
  is_truth(row)        is this row of tshark's a PDU of the protocol?
  is_ours(line)        is this line of ours?
  compared(row, line)  {field: (tshark's, ours)} of what both tell
  expand(row)          optional: a row of several PDUs as one row each
  PORTS                optional: arguments of --port"""
import collections
import contextlib
import csv
import gzip
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
DEFAULT_CAPTURES = HERE.parents[2] / "shared" / "captures"
csv.field_size_limit(1 << 30)


def truth_rows(protocol, capture):
    """tshark's rows of the protocol by frame, in wire order."""
    path = capture.parent / "truth" / (capture.name + ".tsv")
    rows = collections.defaultdict(list)
    expand = getattr(protocol, "expand", lambda row: [row])
    opener = open if path.exists() else gzip.open
    with opener(path if path.exists() else f"{path}.gz", "rt", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if protocol.is_truth(row):
                rows[int(row["frame"])] += expand(row)
    return rows


@contextlib.contextmanager
def unpacked(capture):
    """The capture itself; one that is compressed, as tshark reads too, in a temporary file."""
    content = capture.read_bytes()
    if not content.startswith(b"\x1f\x8b"):
        yield capture
        return
    with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
        file.write(gzip.decompress(content))
        file.flush()
        yield file.name


def our_rows(protocol, dissect, capture):
    arguments = [part for port in getattr(protocol, "PORTS", []) for part in ("--port", port)]
    with unpacked(capture) as plain:
        output = subprocess.run([dissect, plain, "--json", *arguments], check=True, capture_output=True, text=True).stdout
    rows = collections.defaultdict(list)
    for text in output.splitlines():
        line = json.loads(text)
        if protocol.is_ours(line):
            rows[line["frame"]].append(line)
    return rows


def differences(protocol, row, line):
    """Names of the fields that differ between one row of each."""
    if "fault" in line:
        return ["fault_" + line["fault"]["kind"]]
    return [name for name, (theirs, mine) in protocol.compared(row, line).items() if theirs != mine]


def compare(protocol, dissect, capture):
    """Number of PDUs that agree, and frames by kind of difference."""
    truth, ours = truth_rows(protocol, capture), our_rows(protocol, dissect, capture)
    agreed, gaps = 0, collections.defaultdict(list)
    for frame in sorted(set(truth) | set(ours)):
        theirs, mine = truth.get(frame, []), ours.get(frame, [])
        for i in range(max(len(theirs), len(mine))):
            if i >= len(theirs):
                kinds = ["only_ours" + ("_fault_" + mine[i]["fault"]["kind"] if "fault" in mine[i] else "")]
            elif i >= len(mine):
                kinds = ["only_tshark"]
            else:
                kinds = differences(protocol, theirs[i], mine[i])
            agreed += not kinds
            for kind in kinds:
                gaps[kind].append(frame)
    return agreed, gaps


def report(name, index, capture, agreed, gaps, known):
    """One TAP line, diagnostics below it; True when every difference is a known one."""
    unexplained = {k: f for k, f in gaps.items() if known.get(k, {}).get("frames") != f}
    unused = [k for k in known if k not in gaps]
    ok = not unexplained and not unused
    total = sum(len(f) for f in gaps.values())
    print(f"{'ok' if ok else 'not ok'} {index} - {name} against tshark: {capture.name}, "
          f"{agreed} PDUs agree, {total} known or new differences")
    for kind, frames in unexplained.items():
        print(f"# {capture.name}: {kind} in frames {frames}, known: {known.get(kind, {}).get('frames', [])}")
    for kind in unused:
        print(f"# {capture.name}: known gap '{kind}' no longer occurs; remove it from known_gaps.yaml")
    return ok


def main():
    dissect, name = sys.argv[1:3]
    folder = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else DEFAULT_CAPTURES
    gaps_file = pathlib.Path(sys.argv[4]) if len(sys.argv) > 4 else HERE / "known_gaps.yaml"
    protocol = importlib.import_module(f"protocols.{name}")
    captures = sorted(path for label in protocol.LABELS for path in folder.glob(f"{label}__*.pcap*"))
    if not captures:
        print(f"1..0 # SKIP no captures in {folder}")
        return 0
    known = (yaml.safe_load(gaps_file.read_text()) or {}).get(name) or {}
    print(f"1..{len(captures) + 1}")
    results, agreed_total, gaps_total = [], 0, 0
    for i, capture in enumerate(captures, 1):
        agreed, gaps = compare(protocol, dissect, capture)
        agreed_total += agreed
        gaps_total += len(set(frame for frames in gaps.values() for frame in frames))
        results.append(report(name, i, capture, agreed, gaps, known.get(capture.name, {})))
    stale = sorted(set(known) - {c.name for c in captures})
    print(f"{'not ok' if stale else 'ok'} {len(captures) + 1} - known_gaps.yaml: names only captures that exist")
    for missing in stale:
        print(f"# {missing} is not there")
    print(f"# {agreed_total} PDUs agree with tshark, {gaps_total} frames differ")
    return 0 if all(results) and not stale else 1


if __name__ == "__main__":
    sys.exit(main())
