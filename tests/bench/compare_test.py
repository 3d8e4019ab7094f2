# SPDX-License-Identifier: Apache-2.0
import unittest

from report import compare
from report.steps import Step


def samples(a, b, again):
    return {"A": dict(enumerate(a)), "B": dict(enumerate(b)), "A'": dict(enumerate(again))}


class Compare(unittest.TestCase):
    def test_the_same_build_shows_no_difference(self):
        row = compare.verdict(samples([200, 202, 199], [201, 200, 200], [201, 201, 200]))
        self.assertEqual(row["verdict"], compare.SAME)

    def test_a_build_that_takes_more_cycles_is_slower_and_one_that_takes_fewer_is_faster(self):
        row = compare.verdict(samples([200] * 3, [220] * 3, [201] * 3))
        self.assertEqual(row["verdict"], compare.SLOWER)
        self.assertAlmostEqual(row["ratio"], 220 / 200.5)
        self.assertEqual(compare.verdict(samples([200] * 3, [180] * 3, [201] * 3))["verdict"], compare.FASTER)

    def test_a_difference_that_a_has_from_itself_is_none(self):
        self.assertEqual(compare.verdict(samples([200] * 3, [232] * 3, [240] * 3))["verdict"], compare.SAME)

    def test_a_machine_that_slows_down_all_the_time_makes_no_difference(self):
        rounds = range(7)
        row = compare.verdict(samples([200 + 6 * n for n in rounds], [202 + 6 * n for n in rounds], [204 + 6 * n for n in rounds]))
        self.assertAlmostEqual(row["ratio"], 1)

    def test_two_rounds_say_nothing(self):
        self.assertEqual(compare.verdict(samples([200] * 2, [400] * 2, [200] * 2))["verdict"], "too few rounds")

    def test_a_void_sample_voids_its_row_alone(self):
        good = {"name": "x", "valid": True, "cycles_median": 200, "why_void": ""}
        bad = {"name": "y", "valid": False, "cycles_median": 200, "why_void": "lost"}
        steps = [Step("", [], 0, (n, side, "p"), [good, bad]) for n in range(3) for side in compare.ORDER]
        verdicts = {row["name"]: row["verdict"] for row in compare.rows(steps)}
        self.assertEqual(verdicts, {"x": compare.SAME, "y": "VOID: A: lost"})
