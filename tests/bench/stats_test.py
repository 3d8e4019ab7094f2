# SPDX-License-Identifier: Apache-2.0
import unittest

from report import stats


class Stats(unittest.TestCase):
    def test_a_quantile_lies_linearly_between_its_neighbours(self):
        self.assertEqual(stats.quantile([30, 10, 20], 0.5), 20)
        self.assertAlmostEqual(stats.quantile([0, 10], 0.9), 9)
        self.assertEqual(stats.quantile([7], 0.9), 7)

    def test_a_series_that_does_not_change_has_no_noise(self):
        self.assertEqual(stats.noise([0.5] * 4, [200] * 4), 0)

    def test_the_noise_is_the_larger_of_spread_and_difference_from_itself(self):
        steady, wild = [100, 100, 100], [100, 120, 100]
        self.assertAlmostEqual(stats.noise([0.5] * 3, wild), (0.2 + 1 / 6) / 2)
        self.assertAlmostEqual(stats.noise([0.4, 0.5, 0.6], steady), 0.16)

    def test_one_outlier_does_not_make_the_difference_from_itself(self):
        self.assertAlmostEqual(stats.against_itself([100, 101, 100, 101, 100, 900, 100, 101, 100, 101]), 0.01)

    def test_the_median_of_many_rounds_is_known_better_than_that_of_few(self):
        few = [0.4, 0.5, 0.5, 0.5, 0.6]
        self.assertAlmostEqual(stats.median_uncertainty(few), 0.2)
        self.assertEqual(stats.median_uncertainty(few * 8), 0)
        self.assertIsNone(stats.median_uncertainty([1, 1]))

    def test_too_few_rounds_have_an_unknown_noise_not_none(self):
        self.assertIsNone(stats.relative_spread([1, 2]))
        self.assertIsNone(stats.against_itself([1]))
        self.assertIsNone(stats.noise([0.5, 0.5], [1, 1]))
