# SPDX-License-Identifier: Apache-2.0
"""Rows in words: the same for the terminal and for the page."""

METS = {True: "met", False: "MISSED", None: "not said"}


def figure(value):
    if value is None:
        return "-"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.3g}"


def spread(row):
    return f"{figure(row['spread'][0])} .. {figure(row['spread'][1])}" if row["spread"] else ""


def value(row):
    if row["value"] is None:
        return "-"
    return f"{figure(row['value'])} {row['unit'] or ''}".strip()


def ratio(row):
    return "" if row["ratio"] is None else f"{row['ratio']:.2f}"


def of_pace(pace):
    """How evenly fast the core was: more than at its best is a neighbour on its other hardware thread, or a lower clock."""
    if not pace:
        return ""
    return f"; pace of the core {pace[0]:.2f} .. {pace[1]:.2f} (x{pace[1] / pace[0]:.2f})"


def profile(stages, least=1.0):
    """The stages in descending order, without those that cost less than `least` cycles."""
    ordered = sorted(((v, k) for k, v in stages.items() if v >= least), reverse=True)
    return ", ".join(f"{k} {v:.0f}" for v, k in ordered)


def why(row):
    """Of a target: the reason, by how much it was missed, what holds it back."""
    said = [row["reason"]] if row["reason"] else []
    if row["met"] is False and row.get("missed_by") is not None:
        said.append(f"missed by {100 * row['missed_by']:.0f} %")
    back = row.get("held_back_by")
    if back:
        share = f" ({100 * back['share']:.0f} %)" if back["share"] is not None else ""
        said.append(f"most in {back['stage']}: {back['cycles']:.0f} cycles{share}")
    return "; ".join(said)


def of_host(run):
    return (f"{run['processor']}, {run['cpus']} processors, Linux {run['kernel']}, {run['memory']}; {run['compiler']}, "
            f"{run['flags'].get('buildtype')} -march={run['flags'].get('march')}, DPDK {run['dpdk']}; "
            f"commit {run['commit']}{' with changes' if run['dirty'] else ''}; load {run['load_before'][0]:.1f} before, "
            f"{run['load_after'][0]:.1f} after" + of_pace(run.get("pace")) + ("; QUICK: too short for a claim" if run.get("quick") else ""))


def tally(rows):
    """"3 met, 2 missed, 20 not said": targets alone."""
    targets = [r for r in rows if r["kind"] == "target"]
    counts = [sum(r["met"] is met for r in targets) for met in (True, False, None)]
    return f"{len(targets)} targets: {counts[0]} met, {counts[1]} missed, {counts[2]} not said by this run"


def parts_for_terminal(rows):
    """What was measured, part by part."""
    lines, part = [], None
    for row in rows:
        if row["kind"] == "target":
            continue
        if row["part"] != part:
            part = row["part"]
            lines += ["", part]
        lines.append(f"  {row['name']:58} {value(row):>20} {ratio(row):>6}  {spread(row):24}{row['reason']}".rstrip())
    return lines


def for_terminal(run):
    lines = [of_host(run), ""]
    for row in run["rows"]:
        if row["kind"] != "target":
            continue
        lines.append(f"{METS[row['met']]:8} {row['name']:36} {value(row):>16} {ratio(row):>6}  {row['target']:>16}  {why(row)}")
    lines += parts_for_terminal(run["rows"])
    return "\n".join([*lines, "", tally(run["rows"])])
