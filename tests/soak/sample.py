#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One sample of the lab's processes and counters as a JSON line.

usage: sample.py LAB-FOLDER BULKHEAD
"""
import json
import pathlib
import subprocess
import sys
import time

lab, bulkhead = pathlib.Path(sys.argv[1]), sys.argv[2]


def process(gateway, part):
    """What /proc says; None while it is not there."""
    try:
        pid = int((lab / gateway / f"{part}.pid").read_text())
        status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
        return {"pid": pid, "rss_kib": int(status["VmRSS"].split()[0]), "threads": int(status["Threads"]),
                "fds": len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))}
    except (OSError, ValueError, KeyError):
        return None


def asked(gateway, *words):
    done = subprocess.run([bulkhead, "--socket", str(lab / gateway / "run/api.sock"), "--json", *words], capture_output=True,
                          text=True, timeout=20, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


sample = {"at": time.time()}
for gateway in ("gw-a", "gw-b"):
    sample[gateway] = {"dataplane": process(gateway, "dataplane"), "control": process(gateway, "control"),
                       "counters": asked(gateway, "counters"), "status": asked(gateway, "status"),
                       "store_bytes": sum(f.stat().st_size for f in (lab / gateway / "state").glob("control.db*"))}
print(json.dumps(sample))
