#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Gives every capture of protocols over TCP to resegment or replay_streams.
Usage: resegment.py PROGRAM [CAPTURES_DIR]
Where the captures are absent the plan says SKIP, and the exit status is 0."""
import pathlib
import subprocess
import sys

DEFAULT_CAPTURES = pathlib.Path(__file__).resolve().parents[3] / "shared" / "captures"
LABELS = ["modbus", "dnp3", "s7comm", "s7commplus", "mms", "opcua", "iec104", "enip", "mqtt", "hartip", "fox"]


def main():
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_CAPTURES
    captures = sorted(path for label in LABELS for path in folder.glob(f"{label}__*.pcap*"))
    return subprocess.run([sys.argv[1], *captures], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
