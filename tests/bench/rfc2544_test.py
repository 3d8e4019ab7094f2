# SPDX-License-Identifier: Apache-2.0
import unittest
import unittest.mock

from report import gateways, rfc2544
from report.problem import Problem

NOTHING = {"line_rate_percent": 0, "p99_us": 0, "recovery_ms": 0}


def figure(name, test, value, **more):
    return {"name": name, "test": test, "frame": "64B", "value": value, "unit": "us", "ratio": None, "against": None, "reason": ""} | more


def counted(out, into, **drops):
    return {"out": out, "in": into, "drops": drops}


class Figures(unittest.TestCase):
    def test_figures_and_everything_else_are_told_apart(self):
        figures, rest = rfc2544.split([{"ports": "p", "memory": "m"}, figure("a", "loss", 1), {"received": 7}])
        self.assertEqual([f["name"] for f in figures], ["a"])
        self.assertEqual(rest, {"ports": "p", "memory": "m", "received": 7})

    def test_rows_are_sorted_by_test_and_not_by_size(self):
        told = [figure("64B loss", "loss", 1), figure("64B throughput", "throughput", 2), figure("512B throughput", "throughput", 3)]
        self.assertEqual([r["name"] for r in rfc2544.rows_of(told, "", NOTHING)], ["64B throughput", "512B throughput", "64B loss"])

    def test_a_void_run_has_no_values_and_is_not_accepted(self):
        row = rfc2544.of_figure(figure("64B throughput", "throughput", 5, ratio=1.0), "no way", NOTHING | {"line_rate_percent": 1})
        self.assertEqual((row["value"], row["ratio"], row["met"], row["reason"]), (None, None, None, "VOID: no way"))


class Acceptance(unittest.TestCase):
    def row(self, figure_, **accept):
        return rfc2544.of_figure(figure_, "", NOTHING | accept)

    def test_throughput_is_judged_by_its_ratio_to_the_line_rate(self):
        fast, slow = (figure("64B throughput", "throughput", 9, ratio=r, reason="words") for r in (0.9, 0.89))
        self.assertIs(self.row(fast, line_rate_percent=90)["met"], True)
        self.assertIs(self.row(slow, line_rate_percent=90)["met"], False)
        self.assertEqual(self.row(slow, line_rate_percent=90)["reason"], "MISSED: >= 90 % of the line rate; words")

    def test_of_latency_the_99th_percentile_alone_is_judged(self):
        self.assertIs(self.row(figure("64B latency at 90 %, p99", "latency", 11.0), p99_us=10)["met"], False)
        self.assertIsNone(self.row(figure("64B latency at 90 %, p99.9", "latency", 11.0), p99_us=10)["met"])

    def test_what_was_not_measured_is_not_met(self):
        self.assertIs(self.row(figure("64B latency at 90 %, p99", "latency", None), p99_us=5)["met"], False)
        self.assertIs(self.row(figure("64B throughput", "throughput", 100), line_rate_percent=1)["met"], False)

    def test_a_device_that_cannot_be_overloaded_is_not_held_to_its_recovery(self):
        row = self.row(figure("64B recovery from overload", "recovery", None, reason="no overload"), recovery_ms=5)
        self.assertEqual((row["met"], row["reason"]), (None, "not said: <= 5 ms; no overload"))

    def test_a_size_at_which_nothing_came_through_is_not_accepted(self):
        good = self.row(figure("64B latency, p99", "latency", 9), p99_us=10)
        silent = self.row(figure("1518B throughput", "throughput", None), p99_us=10)
        self.assertEqual(rfc2544.verdict([good, silent]), "NOT ACCEPTED: 1518B throughput.")

    def test_the_verdict_names_what_was_missed_and_says_when_nothing_was_asked(self):
        good, bad = (self.row(figure(f"{n} latency, p99", "latency", v), p99_us=10) for n, v in (("64B", 9), ("512B", 12)))
        self.assertEqual(rfc2544.verdict([good, bad]), "NOT ACCEPTED: 512B latency, p99.")
        self.assertEqual(rfc2544.verdict([good]), "Accepted: 1 figures are within what the site asks for.")
        self.assertIn("asks for nothing", rfc2544.verdict([self.row(figure("a", "loss", 1))]))


class Way(unittest.TestCase):
    def test_counters_are_of_the_run_alone_and_what_is_no_loss_is_left_out(self):
        found = gateways.since(counted(10, 20, mtu=5), counted(15, 27, mtu=5, no_relationship=3, keepalive=9))
        self.assertEqual(found, {"out": 5, "in": 7, "drops": {"no_relationship": 3}})

    def test_frames_that_came_back_without_the_mesh_are_no_proof(self):
        self.assertEqual(gateways.proof(counted(100, 0), counted(0, 100), 100), "")
        self.assertIn("near gateway encrypted 99 packets, but 100", gateways.proof(counted(99, 0), counted(0, 100), 100))
        self.assertIn("far gateway took in 99 packets, but 100", gateways.proof(counted(100, 0), counted(0, 99), 100))

    def test_the_report_says_when_nobody_was_asked(self):
        self.assertIn("not checked", rfc2544.way(None, ""))
        self.assertEqual(rfc2544.drops(None), [])

    def test_drops_are_told_by_gateway_and_reason(self):
        asked = {"near": counted(1, 1, mtu=2, no_peer=1), "far": counted(1, 1), "received": 1}
        self.assertEqual(rfc2544.drops(asked), ["Dropped at the near gateway: 2 mtu, 1 no_peer."])

    def test_a_command_that_fails_is_a_problem_with_its_words(self):
        with self.assertRaisesRegex(Problem, "nobody answers"):
            gateways.ask(["sh", "-c", "echo nobody answers >&2; exit 3"], "peers")
        with self.assertRaisesRegex(Problem, "No such file"):
            gateways.ask(["/nowhere/bulkhead"], "peers")

    def test_counts_are_summed_over_peers_and_workers(self):
        answers = {"peers": {"peers": [{"packets_out": "3", "packets_in": "4"}, {"packets_out": "1", "packets_in": "2"}]},
                   "counters": {"drops": [{"reason": "mtu", "packets": "1"}, {"reason": "mtu", "packets": "2"}]}}
        with unittest.mock.patch.object(gateways, "ask", lambda command, what: answers[what]):
            self.assertEqual(gateways.counts(["x"]), counted(4, 6, mtu=3))
