# SPDX-License-Identifier: Apache-2.0
"""What two gateways say that they carried, and whether that proves the way of the traffic between their zones."""
import json
import subprocess

from report.problem import Problem

NEVER_LOST = ("keepalive", "exception_path", "arp_consumed")  # reasons that are no loss of anybody's traffic


def ask(command, what):
    """The JSON of `bulkhead WHAT --json`, by the words that a configuration has for the command."""
    try:
        done = subprocess.run([*command, what, "--json"], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Problem(f"{' '.join(command)}: {error}", "try the command by hand; see gateways.near and gateways.far") from error
    if done.returncode != 0:
        raise Problem(f"{' '.join(command)} {what}: {(done.stderr or done.stdout).strip()}",
                      "try the command by hand; see gateways.near and gateways.far")
    return json.loads(done.stdout)


def counts(command):
    """Packets into and out of the mesh, and drops by reason."""
    peers = ask(command, "peers").get("peers", [])
    drops = {}
    for drop in ask(command, "counters").get("drops", []):
        drops[drop["reason"]] = drops.get(drop["reason"], 0) + int(drop["packets"])
    return {"out": sum(int(p["packets_out"]) for p in peers), "in": sum(int(p["packets_in"]) for p in peers), "drops": drops}


def since(before, after):
    drops = {r: n - before["drops"].get(r, 0) for r, n in after["drops"].items()}
    return {"out": after["out"] - before["out"], "in": after["in"] - before["in"],
            "drops": {r: n for r, n in drops.items() if n > 0 and r not in NEVER_LOST}}


def proof(near, far, received):
    """"" or why the traffic that was received cannot have taken the mesh. `near`, `far`: of since()."""
    if near["out"] < received:
        return f"the near gateway encrypted {near['out']} packets, but {received} frames came back"
    if far["in"] < received:
        return f"the far gateway took in {far['in']} packets, but {received} frames came back"
    return ""
