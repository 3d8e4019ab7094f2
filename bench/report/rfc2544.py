# SPDX-License-Identifier: Apache-2.0
"""From what rfc2544_tester tells to the rows and the page of its report."""
from report import judge, page, words
from report.rows import row
from report.stats import extremes

TESTS = {"throughput": "Throughput (RFC 2544 26.1)", "latency": "Latency (26.2)", "loss": "Frame loss rate (26.3)",
         "back_to_back": "Back-to-back frames (26.4)", "recovery": "System recovery (26.5)"}


# What a site may ask for: the key of its configuration, the figures that it is about, what is compared, and how.
CRITERIA = (("line_rate_percent", "throughput", "", lambda f: f["ratio"] and 100 * f["ratio"], ">=", "% of the line rate"),
            ("p99_us", "latency", ", p99", lambda f: f["value"], "<=", "us"),
            ("recovery_ms", "recovery", "", lambda f: f["value"], "<=", "ms"))


def judged(figure, accept):
    """(bound in words or None, was it met): None where nothing is asked for. What was not measured is not met, but for
    recovery, where a device that cannot be overloaded has none."""
    for key, test, ending, compared, direction, unit in CRITERIA:
        if accept.get(key) and figure["test"] == test and figure["name"].endswith(ending):
            value = compared(figure)
            met = value is not None and judge.holds(direction, value, accept[key])
            if value is None and test == "recovery":
                met = None
            return f"{direction} {accept[key]:g} {unit}", met
    return None, None


def of_figure(figure, void, accept):
    """`void`: why no figure of the run may be believed, or ""; `accept`: what the site asks for."""
    if void:
        return row(figure["name"], None, figure["unit"], part=figure["test"], reason="VOID: " + void)
    target, met = judged(figure, accept)
    said = [f"{words.METS[met]}: {target}"] if target else []
    return row(figure["name"], figure["value"], figure["unit"], part=figure["test"], ratio=figure["ratio"],
               against=figure["against"], spread=extremes(figure["samples"]) if figure.get("samples") else None,
               target=target, met=met, reason="; ".join(said + [figure["reason"]] * bool(figure["reason"])))


def rows_of(figures, void, accept):
    """Test by test, in the order of RFC 2544; within one as they were told."""
    return sorted((of_figure(f, void, accept) for f in figures), key=lambda r: list(TESTS).index(r["part"]))


def split(told):
    """(figures, everything else that the tester tells, in one)."""
    rest = {}
    for line in told:
        if "test" not in line:
            rest |= line
    return [line for line in told if "test" in line], rest


def way(gateways, void):
    """One sentence about the way of the traffic; `gateways` None: nobody was asked."""
    if gateways is None:
        return "The way of the traffic was not checked: the configuration names no gateways."
    if void:
        return f"VOID: {void}."
    return (f"The traffic took the mesh: the near gateway encrypted {gateways['near']['out']} packets, the far one took in "
            f"{gateways['far']['in']}, {gateways['received']} frames came back.")


def drops(gateways):
    """What the gateways dropped meanwhile, by reason: where lost frames went, as far as they know."""
    if gateways is None:
        return []
    return [f"Dropped at the {end} gateway: {', '.join(f'{n} {reason}' for reason, n in sorted(gateways[end]['drops'].items()))}."
            for end in ("near", "far") if gateways[end]["drops"]]


def verdict(rows):
    """One sentence about what the site asks for."""
    asked = [r for r in rows if r["target"]]
    # A size at which nothing came through is missed whatever was asked for.
    missed = [r["name"] for r in rows if r["met"] is False or (r["part"] == "throughput" and r["value"] is None)]
    if not asked:
        return "The configuration asks for nothing (accept): whether this is enough is for the reader to say."
    return f"NOT ACCEPTED: {', '.join(missed)}." if missed else f"Accepted: {len(asked)} figures are within what the site asks for."


def head(run):
    lines = [f"{run['config']['service']}, {run['config']['flows']} flows, trials of {run['config']['seconds']} s; {run['ports']}.",
             run["way"], *run["dropped"], run["verdict"]]
    return lines + ([run["ended"]] if run["ended"] else [])


def for_terminal(run):
    return "\n".join([words.of_host(run), *head(run), *words.parts_for_terminal(run["rows"])])


def of(run, name):
    """The page."""
    lines = [f"# RFC 2544 measurement of {run['date'][:16].replace('T', ' ')} UTC", "", words.of_host(run) + ".", ""]
    for line in head(run):
        lines += [line, ""]
    lines += [f"All trials: [{name}.json]({name}.json). Frame sizes are with FCS; a ratio to the line rate counts preamble and gap.", ""]
    for test, title in TESTS.items():
        if any(r["part"] == test for r in run["rows"]):
            lines += [f"## {title}", "", *page.part(run, test), ""]
    return "\n".join(lines)
