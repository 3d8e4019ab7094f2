# SPDX-License-Identifier: Apache-2.0
"""The decision of the gate: did the pipeline's ratio to the ceiling fall below the recorded one?

Other programs on the machine can only take cycles away, from the pipeline more than from the ceiling, because it has
more in the caches. So a ratio that is low for the moment proves nothing, and one that is high proves that the code
can do it. Hence
 - two estimates, and the better counts: the median of the rounds' ratios, and the least cycles of the ceiling over
   the least of the pipeline (its quietest moments);
 - a fall within the noise of this very run (how well it knows the median of its ratios) or within what was the noise
   when the ratio was recorded is none;
 - a fall beyond it is doubted first: more rounds are run, and only one that stays is a failure;
 - a run so noisy that it could not see a fall of MOST_NOISE is no pass either: it is skipped, and says so.
"""
from dataclasses import dataclass

from report import stats

LEAST_ROUNDS = 5
LEAST_NOISE = 0.03     # two runs of one build differ by half as much, two builds of one source by where the code lies
MOST_NOISE = 0.10      # beyond it the run has nothing to say
RECORD_ROUNDS = 9
RECORD_NOISE = 0.05    # what is noisier is not recorded

OK, FAIL, SKIP, MORE = "ok", "not ok", "skip", "more"


@dataclass(frozen=True)
class Estimate:
    ratio: float           # median of the rounds
    quiet: float           # least cycles over least cycles
    noise: float           # relative; what this run cannot tell from nothing
    rounds: int


def estimate(ceiling, pipeline):
    """Of cycles per packet, round by round; None with too few rounds to know the noise."""
    ratios = [c / p for c, p in zip(ceiling, pipeline)]
    noise = stats.median_uncertainty(ratios)
    if noise is None:
        return None
    return Estimate(stats.median(ratios), min(ceiling) / min(pipeline), max(noise, LEAST_NOISE), len(ratios))


def fall(now, recorded):
    """How far the ratio is below the recorded one, relative, by the estimate that is kinder; negative: it rose."""
    return min(1 - now.ratio / recorded["ratio"], 1 - now.quiet / recorded["quiet"])


def decide(now, recorded, last):
    """(OK, FAIL, SKIP or MORE, why). `last`: there is no time for more rounds."""
    if recorded is None:
        return SKIP, "no baseline for this processor, memory and build"
    if now is None or now.rounds < LEAST_ROUNDS:
        return (SKIP, "too few rounds in the time that there was") if last else (MORE, "too few rounds yet")
    allowed = max(now.noise, recorded["noise"])
    fell = fall(now, recorded)
    words = (f"{now.ratio:.3f} of the ceiling ({now.quiet:.3f} at its quietest), recorded {recorded['ratio']:.3f} "
             f"({recorded['quiet']:.3f}): {-100 * fell:+.1f} %, noise {100 * allowed:.1f} %, {now.rounds} rounds")
    if fell > allowed:
        return (FAIL if last else MORE), words
    if allowed > MOST_NOISE:
        return (SKIP, f"too noisy to see a fall of {100 * MOST_NOISE:.0f} %: {words}") if last else (MORE, words)
    return OK, words


def recordable(now):
    """"" or why it had better not be recorded."""
    if now is None or now.rounds < RECORD_ROUNDS:
        return f"fewer than {RECORD_ROUNDS} rounds"
    if now.noise > RECORD_NOISE:
        return f"its noise is {100 * now.noise:.1f} %, more than {100 * RECORD_NOISE:.0f} %: other work runs beside it"
    return ""
