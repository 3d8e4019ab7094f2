# SPDX-License-Identifier: Apache-2.0
"""Makes the rows of targets: was each met, by how much was it missed, and what holds it back."""
from report.rows import row
from report.targets import TARGETS

BY_RATIO = ("x", "cycles/packet")  # units whose bound is one of the ratio


def holds(direction, figure, bound):
    return figure >= bound if direction == ">=" else figure <= bound


def missed_by(direction, figure, bound):
    """Relative to the bound; None where the bound is 0."""
    if not bound:
        return None
    return (bound - figure) / bound if direction == ">=" else (figure - bound) / bound


def verdict(target, finding):
    """True, False, or None when this run cannot say."""
    figure = finding.ratio if target.unit in BY_RATIO else finding.value
    if figure is None:
        return None, figure
    met = holds(target.direction, figure, target.bound)
    return (None if met and finding.at_best else met), figure


def held_back_by(finding):
    """What takes the most cycles of the configuration, and the whole profile."""
    if not finding.stages or not sum(finding.stages.values()):
        return None
    name, cycles = max(finding.stages.items(), key=lambda item: item[1])
    if finding.unit == "PDU":  # each by itself: there is no whole to have a share of
        return {"stage": name, "cycles": cycles, "share": None}
    return {"stage": name, "cycles": cycles, "share": cycles / sum(finding.stages.values())}


def doubt(target, finding, met):
    """The rounds do not agree on the answer."""
    crosses = finding.spread and min(finding.spread) < target.bound < max(finding.spread)
    return "some rounds say otherwise" if met is not None and crosses and not finding.at_best else ""


def judge(target, run):
    finding = target.measure(run)
    met, figure = verdict(target, finding)
    reason = "; ".join(part for part in (finding.reason, doubt(target, finding, met)) if part)
    times = " x" if target.unit in BY_RATIO else f" {target.unit}"
    against = ", ".join(part for part in (target.against, finding.against) if part)
    result = row(target.name, finding.value, target.unit, kind="target", words=target.words, ratio=finding.ratio,
                 against=against or None, target=f"{target.direction} {target.bound:g}{times}", direction=target.direction,
                 bound=target.bound, met=met, spread=finding.spread, of=finding.of or None, reason=reason,
                 at_best=finding.at_best)
    if met is False:
        result |= {"missed_by": missed_by(target.direction, figure, target.bound), "held_back_by": held_back_by(finding),
                   "stages": finding.stages}
    return result


def all_targets(run):
    return [judge(target, run) for target in TARGETS]
