#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""MELSOFT captures, of another protocol between Mitsubishi Electric's devices, given to the parser
of SLMP: no message may be told as an operation, and each TCP segment or datagram to its port is a
fault. TAP. usage: melsec.py BULKHEAD_DISSECT [CAPTURES_DIR]
Skipped where the captures are absent."""
import csv
import gzip
import json
import pathlib
import subprocess
import sys

DEFAULT_CAPTURES = pathlib.Path(__file__).resolve().parents[3] / "shared" / "captures"
PORTS = ("5001", "5560")


def truth(capture):
    """Frames with payload on those ports that are no retransmission."""
    path = capture.parent / "truth" / (capture.name + ".tsv")
    opener = open if path.exists() else gzip.open
    with opener(path if path.exists() else f"{path}.gz", "rt", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {int(row["frame"]) for row in rows if not row["tcp_note"] and {row["sport"], row["dport"]} & set(PORTS)}


def ours(dissect, capture):
    ports = [part for port in PORTS for part in ("--port", f"slmp={port}")]
    output = subprocess.run([dissect, capture, "--json", *ports], check=True, capture_output=True, text=True).stdout
    return [line for line in map(json.loads, output.splitlines()) if line["protocol"] == "slmp"]


def main():
    dissect = sys.argv[1]
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_CAPTURES
    captures = sorted(folder.glob("melsec__*.pcap*"))
    if not captures:
        print(f"1..0 # SKIP no captures in {folder}")
        return 0
    print(f"1..{len(captures)}")
    failed = 0
    for number, capture in enumerate(captures, 1):
        lines, expected = ours(dissect, capture), truth(capture)
        told = [line["frame"] for line in lines if "fault" not in line]
        missed = expected - {line["frame"] for line in lines}
        ok = bool(expected) and not told and not missed
        failed += not ok
        print(f"{'ok' if ok else 'not ok'} {number} - slmp tells no MELSOFT message as its own: {capture.name}, {len(lines)} faults")
        if not ok:
            print(f"# told in {told[:20]}, no fault in {len(missed)} of {len(expected)}: {sorted(missed)[:20]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
