# SPDX-License-Identifier: Apache-2.0
import unittest

from report import baseline, gate, gate_run

QUIET = [200, 201, 200, 199, 200, 200, 201]


PACE = 2.5


def now(ceiling, pipeline, pace=PACE):
    return [gate.Round(c, p, pace) for c, p in zip(ceiling, pipeline)]


def recorded(ratio=0.5, noise=0.01):
    return {"ratio": ratio, "quiet": ratio, "noise": noise, "rounds": 9, "pace": PACE}


class Decision(unittest.TestCase):
    def decided(self, made, record, last=True):
        return gate.decide(made, record, last)[0]

    def test_the_recorded_ratio_passes(self):
        self.assertEqual(self.decided(now(QUIET, [400] * 7), recorded()), gate.OK)

    def test_a_better_ratio_passes(self):
        self.assertEqual(self.decided(now(QUIET, [300] * 7), recorded()), gate.OK)

    def test_a_fall_within_the_noise_passes(self):
        self.assertEqual(self.decided(now(QUIET, [408] * 7), recorded()), gate.OK)

    def test_a_fall_beyond_the_noise_asks_for_more_rounds_first_and_fails_then(self):
        slow = now(QUIET, [430] * 7)
        self.assertEqual(self.decided(slow, recorded(), last=False), gate.MORE)
        self.assertEqual(self.decided(slow, recorded(), last=True), gate.FAIL)

    def test_a_fall_within_what_was_the_noise_when_it_was_recorded_passes(self):
        self.assertEqual(self.decided(now(QUIET, [415] * 7), recorded(noise=0.045)), gate.OK)

    def test_a_pipeline_that_neighbours_disturb_is_judged_by_its_quietest_rounds(self):
        disturbed = [400, 440, 445, 450, 444, 446, 441]
        made = now(QUIET, disturbed)
        self.assertLess(gate.estimate(made).ratio, 0.46)
        self.assertEqual(self.decided(made, recorded()), gate.OK)

    def test_rounds_on_a_core_that_is_slower_than_that_of_the_record_do_not_count(self):
        shared, alone = now(QUIET, [600] * 7, PACE * 1.5), now(QUIET, [401] * 7)
        self.assertEqual(self.decided(shared, recorded(), last=False), gate.MORE)
        state, words = gate.decide(shared, recorded(), True)
        self.assertEqual(state, gate.SKIP)
        self.assertIn("of 7 rounds 0 were at the pace of the record", words)
        self.assertEqual(self.decided(shared + alone, recorded()), gate.OK)
        self.assertEqual(self.decided(shared + now(QUIET, [430] * 7), recorded()), gate.FAIL)

    def test_a_run_that_could_not_see_a_fall_is_skipped_not_passed(self):
        wild = now([200, 260, 200, 270, 200, 260, 200], [400, 440, 400, 450, 480, 440, 500])
        self.assertEqual(self.decided(wild, recorded(), last=False), gate.MORE)
        self.assertEqual(self.decided(wild, recorded()), gate.SKIP)

    def test_a_fall_larger_than_even_a_large_noise_fails(self):
        wild = now([200, 260, 200, 270, 200, 260, 200], [1400, 1520, 1400, 1540, 1400, 1520, 1400])
        self.assertEqual(self.decided(wild, recorded()), gate.FAIL)

    def test_a_processor_without_a_record_is_skipped(self):
        state, words = gate.decide([], None, False)
        self.assertEqual(state, gate.SKIP)
        self.assertIn("no baseline for this processor", words)

    def test_too_few_rounds_are_skipped_however_low_they_are(self):
        self.assertEqual(self.decided(now(QUIET[:4], [900] * 4), recorded()), gate.SKIP)

    def test_a_noisy_run_is_not_recorded(self):
        steady, wild = now(QUIET + QUIET, [400] * 14), now([200, 230] * 7, [400] * 14)
        why = lambda made: gate.recordable(gate.to_record(made))
        self.assertEqual(why(steady), "")
        self.assertIn("noise", why(wild))
        self.assertIn("fewer", why(now(QUIET, [400] * 7)))
        self.assertIn("fewer", why([]))

    def test_what_is_recorded_is_of_the_rounds_at_the_best_pace(self):
        made = gate.to_record(now(QUIET + QUIET, [600] * 14, 1.4 * PACE) + now(QUIET + QUIET, [400] * 14))
        self.assertEqual((round(made.ratio, 2), made.rounds, made.pace), (0.5, 14, PACE))


class Rounds(unittest.TestCase):
    """The loop over rounds, with figures instead of programs and a clock that a round moves."""

    def run_with(self, pipeline, limit=100, void=""):
        test = self

        class Fake(gate_run.Configuration):
            def measure(self, setting):
                test.time += 4
                self.void = void
                self.rounds.append(gate.Round(200, pipeline(len(self.rounds) + 1), PACE))

        self.time = 0
        one = Fake((64, 256, 10))
        judge = lambda name, made, last: gate.decide(made, recorded(), last)
        gate_run.rounds(None, [one], judge, limit, lambda words: None, clock=lambda: self.time)
        return one

    def test_what_passes_ends_after_the_least_rounds(self):
        one = self.run_with(lambda n: 400)
        self.assertEqual((one.state, len(one.rounds)), (gate.OK, gate.LEAST_ROUNDS))

    def test_what_is_slow_at_first_gets_more_rounds_and_may_recover(self):
        one = self.run_with(lambda n: 480 if n <= 6 else 400)
        self.assertEqual(one.state, gate.OK)
        self.assertGreater(len(one.rounds), gate.LEAST_ROUNDS)

    def test_what_stays_slow_fails_before_the_limit(self):
        one = self.run_with(lambda n: 480)
        self.assertEqual(one.state, gate.FAIL)
        self.assertLessEqual(self.time, 100)
        self.assertGreater(len(one.rounds), 15)

    def test_a_void_sample_fails_with_its_words(self):
        one = self.run_with(lambda n: 400, void="ceiling: no packets came")
        self.assertEqual((one.state, one.words), (gate.FAIL, "VOID: ceiling: no packets came"))


class Baseline(unittest.TestCase):
    KEY = {"processor": "AMD 26.2.1", "memory": "huge pages", "buildtype": "release", "march": "x86-64-v3"}

    def test_another_processor_memory_or_build_has_no_record(self):
        records = [self.KEY | {"ratios": {}}]
        self.assertIsNotNone(baseline.find(records, dict(self.KEY)))
        for key in ("processor", "memory", "buildtype", "march"):
            self.assertIsNone(baseline.find(records, self.KEY | {key: "other"}))

    def test_a_new_record_keeps_the_configurations_that_it_does_not_have_and_other_processors(self):
        other = self.KEY | {"processor": "Intel", "ratios": {"a": 9}}
        records = baseline.merged([self.KEY | {"ratios": {"a": 1, "b": 2}}, other], self.KEY | {"ratios": {"a": 3}})
        self.assertEqual(baseline.find(records, self.KEY)["ratios"], {"a": 3, "b": 2})
        self.assertEqual(baseline.find(records, other)["ratios"], {"a": 9})
