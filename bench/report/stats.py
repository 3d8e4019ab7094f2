# SPDX-License-Identifier: Apache-2.0
"""What a series of samples says, and how far it may be trusted. Everything here is a pure function."""
import math
import statistics


def median(values):
    return statistics.median(values)


def quantile(values, q):
    """Linear between neighbours; the only value for a series of one."""
    ordered = sorted(values)
    at = q * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def extremes(values):
    """[least, greatest]: what a row prints as its spread."""
    return [min(values), max(values)]


def relative_spread(values):
    """Half of what the middle four fifths take, relative to the median; None for fewer than three values."""
    if len(values) < 3:
        return None
    return (quantile(values, 0.9) - quantile(values, 0.1)) / 2 / median(values)


def median_uncertainty(values):
    """Half of the interval that holds the true median with 95 %, relative to the median of `values`: by the order of
    the values alone, whatever their distribution. None for fewer than three values; all that there are below eight."""
    if len(values) < 3:
        return None
    ordered = sorted(values)
    low = max(0, math.floor(len(ordered) / 2 - 0.98 * math.sqrt(len(ordered))))
    return (ordered[-1 - low] - ordered[low]) / 2 / median(values)


def against_itself(values):
    """How far one round is from the next, relative: the median of the neighbours. None for fewer than two."""
    steps = [abs(b / a - 1) for a, b in zip(values, values[1:]) if a > 0]
    return median(steps) if steps else None


def noise(ratios, same):
    """The relative change that this run cannot tell from none.

    `ratios`: the compared figure, round by round; `same`: one program, round by round, whose figure did not
    change. The larger of the two is the noise; None when there are too few rounds to know any.
    """
    spread, floor = relative_spread(ratios), against_itself(same)
    return None if spread is None or floor is None else max(spread, floor)
