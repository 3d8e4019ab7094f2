# SPDX-License-Identifier: Apache-2.0
"""The page of a run: Markdown beside its JSON."""
from report import words


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]


def targets(run):
    head = ("target", "measured", "ratio", "against", "bound", "", "why")
    return table(head, [(r["words"] + (f" (**{r['name']}**)" if r["name"] not in r["words"] else ""), words.value(r),
                         words.ratio(r), r["against"] or "", r["target"], words.METS[r["met"]], words.why(r))
                        for r in run["rows"] if r["kind"] == "target"])


def profiles(run):
    """Of the missed targets: where the cycles go, once a configuration."""
    seen = {}
    for row in run["rows"]:
        if row["met"] is False and row.get("stages"):
            seen.setdefault(row["of"], row["stages"])
    return [f"- {name}: {words.profile(stages)}" for name, stages in seen.items()]


def part(run, name):
    rows = [r for r in run["rows"] if r.get("part") == name]
    return table(("configuration", "value", "ratio", "against", "spread", ""),
                 [(r["name"], words.value(r), words.ratio(r), r["against"] or "", words.spread(r), r["reason"]) for r in rows])


def of(run, name, plots):
    """`plots`: (title, file name) pairs that lie beside the page."""
    lines = [f"# Benchmarks of {run['date'][:10]}, commit {run['commit']}", "", words.of_host(run) + ".", "",
             f"Raw samples: [{name}.json]({name}.json); what a row means: [README.md](../README.md). A ratio is of this run; an absolute",
             "figure is a note about this machine on this day.", "", "## Targets", "", words.tally(run["rows"]) + ".", "",
             *targets(run), ""]
    if profiles(run):
        lines += ["Cycles of the stages of what was missed:", "", *profiles(run), ""]
    for title, file in plots:
        lines += [f"## {title}", "", f"![{title}]({file})", ""]
    for one in dict.fromkeys(r["part"] for r in run["rows"] if "part" in r):
        lines += [f"## Part {one}", "", *part(run, one), ""]
    return "\n".join(lines)
