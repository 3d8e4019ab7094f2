# SPDX-License-Identifier: Apache-2.0
import unittest

import soak_report as soak

KILLED = [{"at": 1000.0, "what": "gw-b dataplane killed"}, {"at": 500.0, "what": "apply wide"}]


def failure(at, since):
    return {"at": at, "kind": "failure", "of": "session", "why": "timed out", "since": since}


def process(pid, rss=100_000, fds=20):
    return {"pid": pid, "rss_kib": rss, "threads": 4, "fds": fds}


def sample(at, rss=100_000, fds=20, drops=(), losses=None, pid=1):
    gateway = {"dataplane": process(pid, rss, fds), "control": process(2), "status": {}, "store_bytes": 9,
               "counters": {"drops": [{"reason": r, "packets": str(n)} for r, n in drops], "event_losses": losses or {}}}
    return {"at": at, "gw-a": gateway, "gw-b": gateway}


class Losses(unittest.TestCase):
    def test_a_poll_that_failed_beside_a_killed_dataplane_is_explained(self):
        self.assertEqual(soak.unexplained([failure(1002, 999.9), failure(1013, 1003)], KILLED), [])

    def test_a_poll_that_failed_at_another_time_is_not(self):
        for bad in (failure(900, 899), failure(1100, 1099), failure(502, 499)):
            self.assertEqual(soak.unexplained([bad], KILLED), [bad])

    def test_drops_add_up_over_lives_of_a_dataplane(self):
        samples = [sample(1, drops=[("tcp_state", 5), ("mtu", 0)]), sample(2, drops=[("tcp_state", 7)]),
                   sample(3, drops=[("tcp_state", 2)], pid=8)]
        self.assertEqual(soak.drops(samples), {"tcp_state": 18})

    def test_lost_pings_are_counted_against_the_time_that_dataplanes_were_away(self):
        self.assertEqual(soak.pings_lost("100 packets transmitted, 97 received, 3% packet loss", 1), (3, 121))
        self.assertIsNone(soak.pings_lost("ping: unknown host", 1))


class Growth(unittest.TestCase):
    def rows(self, rss_of, fds_of=lambda t: 20):
        return soak.growth([sample(10 * t, rss_of(t), fds_of(t)) for t in range(60)])

    def test_a_process_that_keeps_its_size_has_not_grown(self):
        self.assertEqual([w for row in self.rows(lambda t: 100_000 + t % 3) for w in soak.grown(row)], [])

    def test_what_grows_while_it_warms_up_has_not_grown(self):
        self.assertEqual([w for row in self.rows(lambda t: 50_000 if t < 20 else 100_000) for w in soak.grown(row)], [])

    def test_a_process_that_grows_to_the_end_is_a_finding(self):
        said = [w for row in self.rows(lambda t: 100_000 + 400 * t) for w in soak.grown(row)]
        self.assertIn("gw-a dataplane grew from", said[0])

    def test_descriptors_that_are_never_closed_are_a_finding(self):
        said = [w for row in self.rows(lambda t: 100_000, lambda t: 20 + t // 5) for w in soak.grown(row)]
        self.assertIn("fds grew", said[0])

    def test_a_short_life_is_shown_and_not_judged(self):
        rows = soak.growth([sample(t, 100_000 + 4000 * t) for t in range(60)])
        self.assertEqual([row["judged"] for row in rows], [False] * 4)
        self.assertEqual([w for row in rows for w in soak.grown(row)], [])


class Findings(unittest.TestCase):
    def run_of(self, **more):
        return {"unexplained": [], "growth": [], "drops": {"tcp_state": 3}, "event_losses": {"gaps": 0}, "latency": None,
                "pings": (0, 1), "polls": 9} | more

    def test_a_clean_run_has_none(self):
        self.assertEqual(soak.findings(self.run_of()), [])

    def test_each_thing_that_must_not_be_is_one(self):
        for wrong in ({"unexplained": [failure(1, 0)]}, {"drops": {"crypto_error": 1}}, {"event_losses": {"gaps": 1}},
                      {"latency": {"p50_ms": (1.0, 1.6), "p99_ms": (2, 2)}}, {"pings": (2, 1)}, {"pings": None}, {"polls": 0}):
            self.assertEqual(len(soak.findings(self.run_of(**wrong))), 1, wrong)

    def test_only_lost_events_are_losses(self):
        self.assertEqual(soak.losses([sample(1, losses={"suppressed": "9", "ring_full": "2"})]), {"ring_full": 2})
