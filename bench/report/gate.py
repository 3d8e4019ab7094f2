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
 - a run so noisy that it could not see a fall of MOST_NOISE is no pass either: it is skipped, and says so;
 - a round counts only when the core was as fast as when the ratio was recorded (bench/support/pace.h): a neighbour on
   its other hardware thread makes the pipeline, which is bound by instructions, slower than the ceiling, which is
   bound by the cipher. One build's ratio was 0.69 on a core of its own and 0.49 on a shared one.
"""
from dataclasses import dataclass

from report import stats

LEAST_ROUNDS = 5
LEAST_NOISE = 0.05     # medians of one build differed by 3.3 % between runs, two builds of one source by where the code lies
MOST_NOISE = 0.10      # beyond it the run has nothing to say
RECORD_ROUNDS = 9
RECORD_NOISE = 0.05    # what is noisier is not recorded
SAME_PACE = 1.05       # of the core, beside that of the record

OK, FAIL, SKIP, MORE = "ok", "not ok", "skip", "more"


@dataclass(frozen=True)
class Round:
    ceiling: float         # cycles per packet
    pipeline: float
    pace: float            # of the core: the slower of both programs


@dataclass(frozen=True)
class Estimate:
    ratio: float           # median of the rounds
    quiet: float           # least cycles over least cycles
    noise: float           # relative; what this run cannot tell from nothing
    rounds: int
    pace: float            # the best


def at_pace(rounds, pace):
    """Those in which the core was as fast as that."""
    return [r for r in rounds if r.pace <= pace * SAME_PACE]


def estimate(rounds):
    """None with too few rounds to know the noise."""
    ratios = [r.ceiling / r.pipeline for r in rounds]
    noise = stats.median_uncertainty(ratios)
    if noise is None:
        return None
    quiet = min(r.ceiling for r in rounds) / min(r.pipeline for r in rounds)
    return Estimate(stats.median(ratios), quiet, max(noise, LEAST_NOISE), len(ratios), min(r.pace for r in rounds))


def fall(now, recorded):
    """How far the ratio is below the recorded one, relative, by the estimate that is kinder; negative: it rose."""
    return min(1 - now.ratio / recorded["ratio"], 1 - now.quiet / recorded["quiet"])


def too_few(rounds, good, pace):
    if len(rounds) < LEAST_ROUNDS:
        return "too few rounds in the time that there was"
    best = min(r.pace for r in rounds)
    return (f"the core is shared or slowed down: of {len(rounds)} rounds {len(good)} were at the pace of the record, "
            f"{pace:.2f} (the best of these: {best:.2f})")


def decide(rounds, recorded, last):
    """(OK, FAIL, SKIP or MORE, why). `last`: there is no time for more rounds."""
    if recorded is None:
        return SKIP, "no baseline for this processor, memory and build"
    good = at_pace(rounds, recorded["pace"])
    now = estimate(good)
    if now is None or now.rounds < LEAST_ROUNDS:
        return (SKIP if last else MORE), too_few(rounds, good, recorded["pace"])
    allowed = max(now.noise, recorded["noise"])
    fell = fall(now, recorded)
    words = (f"{now.ratio:.3f} of the ceiling ({now.quiet:.3f} at its quietest), recorded {recorded['ratio']:.3f} "
             f"({recorded['quiet']:.3f}): {-100 * fell:+.1f} %, noise {100 * allowed:.1f} %, {now.rounds} rounds")
    if fell > allowed:
        return (FAIL if last else MORE), words
    if allowed > MOST_NOISE:
        return (SKIP, f"too noisy to see a fall of {100 * MOST_NOISE:.0f} %: {words}") if last else (MORE, words)
    return OK, words


def to_record(rounds):
    """The estimate of the rounds at the best pace of the run; None: there are none."""
    return estimate(at_pace(rounds, min(r.pace for r in rounds))) if rounds else None


def recordable(now):
    """"" or why it had better not be recorded."""
    if now is None or now.rounds < RECORD_ROUNDS:
        return f"fewer than {RECORD_ROUNDS} rounds at the best pace of the core"
    if now.noise > RECORD_NOISE:
        return f"its noise is {100 * now.noise:.1f} %, more than {100 * RECORD_NOISE:.0f} %: other work runs beside it"
    return ""
