#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Gives every capture of a folder to the identify program; skipped where there are none.
Usage: identify.py PROGRAM [FOLDER]"""
import pathlib
import subprocess
import sys

DEFAULT_CAPTURES = pathlib.Path(__file__).resolve().parents[2].parent / "shared" / "captures"

folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_CAPTURES
captures = sorted(str(path) for path in folder.glob("*.pcap*"))
if not captures:
    print(f"1..0 # SKIP no captures in {folder}")
    sys.exit(0)
sys.exit(subprocess.run([sys.argv[1], *captures], check=False).returncode)
