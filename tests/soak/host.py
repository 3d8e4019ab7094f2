#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The machine and the commit of a soak, as JSON."""
import json
import os
import pathlib
import platform
import subprocess
import time

cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
root = pathlib.Path(__file__).resolve().parents[2]
git = lambda *words: subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False).stdout.strip()
print(json.dumps({"date": time.strftime("%Y-%m-%dT%H:%M:%S"), "commit": git("rev-parse", "--short=10", "HEAD"),
                  "dirty": bool(git("status", "--porcelain")), "cpu": cpu, "cpus": os.cpu_count(), "kernel": platform.release(),
                  "load": os.getloadavg()}))
