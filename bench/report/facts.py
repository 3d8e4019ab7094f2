# SPDX-License-Identifier: Apache-2.0
"""Host, kernel, compiler, flags, commit: what a number means nothing without."""
import datetime
import json
import os
import pathlib
import platform
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FLAGS = ("buildtype", "optimization", "debug", "march", "b_lto", "b_ndebug")


def output(*command):
    """What a command prints; empty when it fails or is not there."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def value_of(path, key):
    """Of a file of "key : value" lines."""
    for line in pathlib.Path(path).read_text(encoding="ascii", errors="replace").splitlines():
        if line.split(":")[0].strip() == key:
            return line.split(":", 1)[1].strip()
    return "unknown"


def processor():
    """A name that tells models apart, which "model name" alone does not in many virtual machines."""
    numbers = ".".join(value_of("/proc/cpuinfo", key) for key in ("cpu family", "model", "stepping"))
    return f"{value_of('/proc/cpuinfo', 'vendor_id')} {numbers} {value_of('/proc/cpuinfo', 'model name')}"


def flags_of(build):
    options = json.loads(output("meson", "introspect", str(build), "--buildoptions") or "[]")
    return {o["name"]: o["value"] for o in options if o["name"] in FLAGS}


def of(build):
    compilers = json.loads(output("meson", "introspect", str(build), "--compilers") or "{}")
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": output("git", "rev-parse", "--short=10", "HEAD"),
        "dirty": bool(output("git", "status", "--porcelain", "--", "lib", "dataplane", "bench/*.cpp", "bench/*.h")),
        "cpu": value_of("/proc/cpuinfo", "model name"),
        "processor": processor(),
        "cpus": os.cpu_count(),
        "kernel": platform.release(),
        "compiler": compilers.get("build", {}).get("cpp", {}).get("full_version")
                    or output("c++", "--version").split("\n")[0],
        "flags": flags_of(build),
        "dpdk": output("pkg-config", "--modversion", "libdpdk"),
        "load_before": os.getloadavg(),
    }
