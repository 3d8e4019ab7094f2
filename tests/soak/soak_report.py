#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a soak says: what was lost and why, what grew, what became slower. Everything but main() is a pure function.

usage: soak_report.py FOLDER     reads host.json, journal, samples and polls; writes report.json and report.md; 1: findings
"""
import json
import pathlib
import re
import statistics
import sys

# A dataplane that was killed takes the sessions through it along: so long after it polls may fail.
RESTART_S = 12
LEAST_LIFE_S = 240       # of a process whose growth is judged
GROWTH_KIB = 4096        # less is the allocator
GROWTH_SHARE = 0.03
SLOWER = 1.5             # medians of a busy machine differ by less
PROCESSES = [(g, p) for g in ("gw-a", "gw-b") for p in ("dataplane", "control")]
# Reasons that this load gives; any other is a finding.
EXPECTED = {
    "operation_denied": "writes of the HMI beyond its rule",
    "no_relationship": "the laptop's scans",
    "arp_silence": "the laptop's ARP",
    "arp_consumed": "ARP that was answered",
    "tcp_state": "sessions of before a dataplane was killed",
    "flow_cut": "what came after a refusal with a reset",
    "no_peer": "no keys yet after a dataplane was killed",
    "no_sa": "the peer's packets to keys of a dataplane that was killed",
    "exception_path": "handshakes of the controls",
    "keepalive": "the paths' probes",
    "dummy_packet": "the paths' probes",
    "unknown_destination": "groups and broadcasts of the hosts",
    "unknown_ethertype": "what is not IP",
    "not_for_us": "what the switch floods",
}


def kills(journal):
    return [j["at"] for j in journal if "dataplane killed" in j["what"]]


def explained(failure, killed):
    """Began or ended within RESTART_S of a killed dataplane."""
    return any(k - 1 <= failure["at"] and failure["since"] <= k + RESTART_S for k in killed)


def unexplained(polls, journal):
    killed = kills(journal)
    return [p for p in polls if p["kind"] == "failure" and not explained(p, killed)]


def lives(samples, gateway, part):
    """Samples of that process by its pid."""
    by_pid = {}
    for s in samples:
        one = s[gateway][part]
        if one:
            by_pid.setdefault(one["pid"], []).append({"at": s["at"]} | one)
    return by_pid.values()


def thirds(values):
    """Medians of the second and of the last third: the first is warming up."""
    n = len(values) // 3
    return statistics.median(values[n:2 * n]), statistics.median(values[2 * n:])


def growth(samples):
    """A row for each process, of its longest life; `judged` when that was long enough."""
    rows = []
    for gateway, part in PROCESSES:
        longest = max(lives(samples, gateway, part), key=lambda life: life[-1]["at"] - life[0]["at"], default=[])
        if len(longest) < 6:
            continue
        row = {"process": f"{gateway} {part}", "life_s": round(longest[-1]["at"] - longest[0]["at"])}
        for what in ("rss_kib", "fds", "threads"):
            row[what] = thirds([s[what] for s in longest])
        rows.append(row | {"judged": row["life_s"] >= LEAST_LIFE_S})
    return rows


def grown(row):
    """Sentences about what grew too much."""
    if not row["judged"]:
        return []
    before, after = row["rss_kib"]
    said = []
    if after - before > max(GROWTH_KIB, GROWTH_SHARE * before):
        said.append(f"{row['process']} grew from {before:.0f} to {after:.0f} KiB in {row['life_s']} s")
    said += [f"{row['process']}: {what} grew from {a:.0f} to {b:.0f}" for what, (a, b) in
             ((w, row[w]) for w in ("fds", "threads")) if b > a + 2]
    return said


def drops(samples):
    """Greatest count of each reason over the lives of both dataplanes, added up."""
    total = {}
    for gateway in ("gw-a", "gw-b"):
        seen = {}
        for s in samples:
            life = (s[gateway]["dataplane"] or {}).get("pid")
            for d in (s[gateway]["counters"] or {}).get("drops", []):
                seen[d["reason"], life] = max(seen.get((d["reason"], life), 0), int(d["packets"]))
        for (reason, _), packets in seen.items():
            total[reason] = total.get(reason, 0) + packets
    return {reason: packets for reason, packets in total.items() if packets}


def losses(samples):
    """Of events, the greatest seen of each kind; `suppressed` is no loss, the events count it."""
    out = {}
    for s in samples:
        for gateway in ("gw-a", "gw-b"):
            for kind, n in ((s[gateway]["counters"] or {}).get("event_losses") or {}).items():
                out[kind] = max(out.get(kind, 0), int(n))
    return {kind: n for kind, n in out.items() if kind != "suppressed"}


def slower(polls):
    """(second third, last third) of the summaries' p50 and p99 in ms; None when there are too few."""
    summaries = [p for p in polls if p["kind"] == "summary"]
    if len(summaries) < 9:
        return None
    return {q: thirds([s[q] for s in summaries]) for q in ("p50_ms", "p99_ms")}


def pings_lost(text, killed):
    """(lost, how many may be); None when ping told nothing."""
    found = re.search(r"(\d+) packets transmitted, (\d+) received", text)
    return (int(found[1]) - int(found[2]), 10 * RESTART_S * killed + 1) if found else None


def findings(run):
    said = [f"{len(run['unexplained'])} polls failed without an explanation, the first at {run['unexplained'][0]['at']:.0f}: "
            f"{run['unexplained'][0]['why']}"] if run["unexplained"] else []
    said += [words for row in run["growth"] for words in grown(row)]
    said += [f"{packets} packets dropped as {reason}, which this load does not give"
             for reason, packets in sorted(run["drops"].items()) if reason not in EXPECTED]
    said += [f"events lost: {kind} {n}" for kind, n in sorted(run["event_losses"].items()) if n]
    if run["latency"] and run["latency"]["p50_ms"][1] > SLOWER * run["latency"]["p50_ms"][0]:
        said.append("a poll's median rose from {:.2f} to {:.2f} ms".format(*run["latency"]["p50_ms"]))
    if run["pings"] is None or run["pings"][0] > run["pings"][1]:
        said.append(f"pings lost and allowed: {run['pings']}")
    if not run["polls"]:
        said.append("nothing was polled")
    return said


def fold(folder):
    lines = lambda name: [json.loads(line) for line in (folder / name).read_text().splitlines() if line]
    journal, samples, polls = lines("journal.jsonl"), lines("samples.jsonl"), lines("polls.jsonl")
    done = {}
    for j in journal:
        done[j["what"].split()[0] if j["what"].startswith("apply") else j["what"]] = 0
    for j in journal:
        done[j["what"].split()[0] if j["what"].startswith("apply") else j["what"]] += 1
    run = {"host": json.loads((folder / "host.json").read_text()),
           "seconds": round(samples[-1]["at"] - samples[0]["at"]), "done": done,
           "polls": sum(p["polls"] for p in polls if p["kind"] == "summary"),
           "failed": sum(p["kind"] == "failure" for p in polls), "unexplained": unexplained(polls, journal),
           "growth": growth(samples), "drops": drops(samples), "event_losses": losses(samples), "latency": slower(polls),
           "pings": pings_lost((folder / "ping.txt").read_text(), len(kills(journal))),
           "store_bytes": {g: [s[g]["store_bytes"] for s in samples][::max(1, len(samples) - 1)] for g in ("gw-a", "gw-b")}}
    return run | {"findings": findings(run)}


def page(run):
    host = run["host"]
    out = [f"# Soak, {host['date']}", "",
           f"Commit {host['commit']}{' (with changes)' if host['dirty'] else ''}; {host['cpus']} processors ({host['cpu']}), "
           f"{run['seconds'] / 60:.0f} minutes. Done meanwhile: " + ", ".join(f"{what} {n}" for what, n in sorted(run["done"].items())) + ".", "",
           f"**{len(run['findings'])} findings**" + (":" if run["findings"] else "."), "", *(f"- {f}" for f in run["findings"]), "",
           f"- Polls: {run['polls']} answered, {run['failed']} failed, {len(run['unexplained'])} of them not explained by a killed dataplane.",
           f"- Pings lost: {run['pings'][0]} (at most {run['pings'][1]} by killed dataplanes)." if run["pings"] else "- Pings: unknown.",
           f"- Events lost: {run['event_losses']}."]
    if run["latency"]:
        out.append("- A poll, ms, second and last third of the time: p50 {:.2f} and {:.2f}, p99 {:.2f} and {:.2f}.".format(
            *run["latency"]["p50_ms"], *run["latency"]["p99_ms"]))
    out += ["", "| process | life, s | RSS KiB, second and last third | descriptors | threads | judged |", "|---|---|---|---|---|---|"]
    for row in run["growth"]:
        pair = lambda what: "{:.0f}, {:.0f}".format(*row[what])
        out.append(f"| {row['process']} | {row['life_s']} | {pair('rss_kib')} | {pair('fds')} | {pair('threads')} | {'yes' if row['judged'] else 'no'} |")
    out += ["", "| dropped as | packets | because of |", "|---|---|---|"]
    out += [f"| {reason} | {packets} | {EXPECTED.get(reason, '**unexplained**')} |" for reason, packets in sorted(run["drops"].items())]
    stores = ", ".join(f"{g} {b[0]} to {b[-1]}" for g, b in run["store_bytes"].items())
    return "\n".join([*out, "", f"Stores, bytes from first to last sample (each apply is a version in the history): {stores}.", ""])


def main():
    folder = pathlib.Path(sys.argv[1])
    run = fold(folder)
    (folder / "report.json").write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(page(run), encoding="utf-8")
    print(page(run))
    return 1 if run["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
