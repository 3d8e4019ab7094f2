# SPDX-License-Identifier: Apache-2.0
import contextlib
import io
import json
import pathlib
import tempfile
import unittest

from report import judge, page, parts, progress, rows, run, save, tap, targets, words

BIG, SMALL = "10000_flows-1000_rel", "256_flows-10_rel"


def beside(name, ceiling, pipeline, stages=None):
    """An entry of part ratio."""
    ratios = [ceiling / pipeline] * 3
    sample = {"tsc_hz": 2.1e9, "cycles_median": pipeline}
    return {"name": name, "void": [], "ratio_cycles": ratios[0], "ratio_cycles_all": ratios, "cycles": pipeline,
            "ceiling_cycles": ceiling, "mpps": 1, "ceiling_mpps": 2, "stages": stages or {"encrypt": 100, "flow": 30},
            "notes": {"cipher": {"cycles_median": 90}}, "rounds": [{"ceiling": sample, "pipeline": sample}] * 3}


def stage(name, cycles, stages=None):
    return {"name": name, "void": [], "cycles": cycles, "mpps": 1, "stages": stages or {}, "samples": {"cycles_median": [cycles]}}


def inspected(ceiling, pipeline):
    """Entries of part stages: Modbus requests through the ceiling and through the gateway."""
    return [stage(f"66B-1w-ceiling-modbus-{BIG}-memory", ceiling), stage(f"66B-1w-encrypt-modbus-{BIG}-memory", pipeline)]


def whole(**entries):
    facts = {"date": "2026-01-01T00:00:00", "commit": "abc", "dirty": False, "processor": "p", "cpus": 2, "kernel": "k",
             "memory": "m", "compiler": "c", "flags": {}, "dpdk": "d", "load_before": [0], "load_after": [0]}
    return facts | {p.key: [] for p in parts.PARTS} | entries


def target(name, **entries):
    return next(row for row in judge.all_targets(whole(**entries)) if row["name"] == name)


class Parts(unittest.TestCase):
    def test_what_a_part_measured_replaces_nothing_that_is_known_of_the_host(self):
        known = {"date", "commit", "dirty", "cpu", "processor", "cpus", "kernel", "memory", "compiler", "flags", "dpdk",
                 "load_before", "load_after", "quick", "setting", "rows"}
        self.assertEqual(known & {p.key for p in parts.PARTS}, set())


class Targets(unittest.TestCase):
    def test_what_no_part_measured_has_no_value_and_says_why(self):
        for row in judge.all_targets(whole()):
            self.assertIsNone(row["value"], row["name"])
            self.assertIsNone(row["met"], row["name"])
            self.assertTrue(row["reason"], row["name"])

    def test_every_target_has_a_row_with_the_words_of_the_design(self):
        made = judge.all_targets(whole())
        self.assertEqual(len(made), len({row["name"] for row in made}))
        self.assertEqual([row["words"] for row in made], [t.words for t in targets.TARGETS])

    def test_a_void_entry_is_not_measured(self):
        for part, entry in (("ratios", beside(f"64B-1w-encrypt-udp-{BIG}", 175, 200)), ("stages", inspected(175, 200)[1])):
            entries = [*inspected(175, 200)[:1], entry] if part == "stages" else [entry]
            entries[-1] |= {"void": ["lost"]}
            self.assertIsNone(target("encrypt beside the ceiling, 64 B", **{part: entries})["value"])

    def test_a_swap_is_judged_beside_the_same_load_of_its_own_run(self):
        quiet = {"name": "64B-1w-encrypt-udp-latency-50_percent-10000_flows-100000_rel-memory", "void": [], "overrun": 3}
        during = {"name": "64B-1w-encrypt-udp-latency-50_percent-swap-10000_flows-100000_rel-memory", "void": [], "overrun": 5,
                  "added_p99.9_us": 12.5}
        lost, added = (target(name, latency=[quiet, during]) for name in ("image swap, packets lost", "image swap, added latency"))
        self.assertEqual((lost["value"], lost["met"]), (2, False))
        self.assertEqual((added["value"], added["met"]), (12.5, True))
        self.assertIsNone(target("image swap, packets lost", latency=[during])["value"])

    def test_memory_is_what_was_touched_and_says_what_is_reserved(self):
        flow = {"name": "1w-memory-modbus-8192_flows-1000_rel-memory", "void": [], "touched_bytes_per_flow": 17000.0,
                "configured_bytes_per_flow": 42000.0}
        server = {"name": "1w-memory-default_server-1000_rel", "void": [], "start_bytes": 1e8, "full_bytes": 3e8, "bound_bytes": 4e9}
        of_flow, of_server = (target(n, flow_memory=[flow, server]) for n in ("memory of a flow", "memory of a process"))
        self.assertEqual((of_flow["value"], of_flow["met"]), (17000, False))
        self.assertIn("42000", of_flow["reason"])
        self.assertEqual((of_server["value"], of_server["met"]), (300, True))

    def test_inspected_traffic_above_the_bound_meets_it(self):
        row = target("encrypt beside the ceiling, 64 B", stages=inspected(175, 200))
        self.assertEqual((row["met"], row["value"]), (True, 0.875))

    def test_inspected_traffic_counts_before_traffic_that_is_not(self):
        opaque = beside(f"64B-1w-encrypt-udp-{BIG}", 175, 180)
        row = target("encrypt beside the ceiling, 64 B", stages=inspected(175, 350), ratios=[opaque])
        self.assertEqual((row["met"], row["value"], row["at_best"]), (False, 0.5, False))

    def test_uninspected_traffic_can_miss_a_target_of_inspected_traffic_but_never_meet_it(self):
        fast, slow = (beside(f"64B-1w-encrypt-udp-{BIG}", 175, cycles) for cycles in (180, 350))
        self.assertIsNone(target("encrypt beside the ceiling, 64 B", ratios=[fast])["met"])
        missed = target("encrypt beside the ceiling, 64 B", ratios=[slow])
        self.assertIs(missed["met"], False)
        self.assertIn("without inspection", missed["reason"])

    def test_a_missed_target_says_by_how_much_and_which_stage_holds_it_back(self):
        row = target("encrypt beside the ceiling, 1408 B", ratios=[beside(f"1408B-1w-encrypt-udp-{SMALL}", 400, 1000)])
        self.assertAlmostEqual(row["missed_by"], 0.5)
        self.assertEqual(row["held_back_by"]["stage"], "encrypt")
        self.assertAlmostEqual(row["held_back_by"]["share"], 100 / 130)
        self.assertEqual(row["stages"], {"encrypt": 100, "flow": 30})

    def test_ipsec_secgw_is_a_reference_ratio_and_is_labelled_so(self):
        row = target("encrypt beside ipsec-secgw, 64 B", stages=inspected(121, 149))
        self.assertAlmostEqual(row["ratio"], 1.0)
        self.assertEqual(row["against"], "ipsec-secgw 22.11, reference ratio of 07: 12.1/14.9 of the ceiling")

    def test_cycles_of_another_clock_are_judged_by_the_ceiling_of_the_same_run(self):
        memory = stage(f"64B-1w-encrypt-udp-{SMALL}-memory", 300)
        alone = target("cycles without rx and tx, 64 B", stages=[memory])
        self.assertEqual((alone["value"], alone["met"]), (300, None))
        ceiling = beside(f"64B-1w-encrypt-udp-{SMALL}", 350, 500)  # a clock of twice the rate
        self.assertIs(target("cycles without rx and tx, 64 B", stages=[memory], ratios=[ceiling])["met"], True)

    def test_parsers_by_themselves_can_miss_their_limit_but_never_meet_it(self):
        name = "inspection of other protocols"
        self.assertIsNone(target(name, inspection=[stage("inspect-s7comm-read", 100)])["met"])
        row = target(name, inspection=[stage("inspect-s7comm-read", 100), stage("inspect-mms-read", 900)])
        self.assertEqual((row["met"], row["held_back_by"]["stage"]), (False, "inspect-mms-read"))

    def test_rounds_on_both_sides_of_the_bound_are_said(self):
        there, back = (stage(f"64B-1w-{d}-udp-{BIG}-memory", 100) for d in ("encrypt", "decrypt"))
        there["samples"]["cycles_median"], back["samples"]["cycles_median"] = [100, 100], [120, 90]
        self.assertIn("some rounds say otherwise", target("decrypt beside encrypt, 64 B", stages=[there, back])["reason"])


class Tap(unittest.TestCase):
    def test_a_void_figure_and_a_part_without_figures_are_not_ok(self):
        first, second, third = parts.PARTS[:3]
        made = whole(**{first.key: [beside("a", 1, 2)], second.key: [stage("b", 3) | {"void": ["lost 2", "late"]}]})
        self.assertEqual(tap.of(made, (first, second, third)).splitlines(),
                         [f"ok 1 - {first.name}: a", f"not ok 2 - {second.name}: b: VOID: lost 2; late",
                          f"not ok 3 - {third.name}: no figures: VOID: it told nothing", "1..3"])


class Rows(unittest.TestCase):
    def test_every_row_has_the_same_keys(self):
        keys = {"name", "value", "unit", "ratio", "against", "target", "met", "spread"}
        made = [*judge.all_targets(whole()), *rows.of_ratio(beside("a", 1, 2)), *rows.of_cycles(stage("b", 3)),
                *rows.of_told({"name": "c", "void": [], "value": 4, "unit": "us"}), rows.void({"name": "d", "void": ["x"]}, "us")]
        for row in made:
            self.assertLessEqual(keys, row.keys())

    def test_a_void_entry_is_a_row_without_a_value_that_says_void(self):
        for make in (rows.of_ratio, rows.of_cycles, rows.of_pdu, rows.of_told):
            row = make({"name": "a", "void": ["packets were lost"]})[0]
            self.assertEqual((row["value"], row["reason"]), (None, "VOID: packets were lost"))

    def test_figures_with_a_unit_in_their_name_are_rows_and_counts_are_not(self):
        made = rows.of_told({"name": "a", "void": [], "publish_p99_us": 5.0, "lost": 0, "seconds": 3, "handshakes_per_s": 7})
        self.assertEqual([(r["name"], r["value"], r["unit"]) for r in made],
                         [("a: publish_p99_us", 5.0, "us"), ("a: handshakes_per_s", 7, "/s")])

    def test_no_row_is_made_twice(self):
        names = [p.name for p in parts.PARTS], [p.key for p in parts.PARTS]
        for some in names:
            self.assertEqual(len(some), len(set(some)))


class Page(unittest.TestCase):
    def written(self, folder):
        ratios = [beside(f"64B-1w-encrypt-udp-{BIG}", 175, 350)]
        latency = {"name": "ping", "void": [], "value": 1.0, "unit": "ms", "samples": [n / 10 for n in range(1, 40)]}
        result = whole(ratios=ratios, rekeys=[latency])
        result["rows"] = run.rows_of(result, parts.PARTS, parts.PARTS)
        with contextlib.redirect_stderr(io.StringIO()):
            return result, save.results(result, ["ratio"], pathlib.Path(folder))

    def test_the_page_has_every_target_and_its_plots_lie_beside_it(self):
        with tempfile.TemporaryDirectory() as folder:
            result, paths = self.written(folder)
            text = next(p for p in paths if p.suffix == ".md").read_text(encoding="utf-8")
            self.assertEqual(text.count("| not said |") + text.count("| MISSED |") + text.count("| met |"), len(targets.TARGETS))
            for path in paths:
                self.assertTrue(path.exists())
                if path.suffix == ".svg":
                    self.assertIn(f"]({path.name})", text)
            saved = json.loads(next(p for p in paths if p.suffix == ".json").read_text(encoding="utf-8"))
            self.assertEqual(saved["rows"], result["rows"])

    def test_the_same_figures_make_the_same_plots_byte_by_byte(self):
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("python3-matplotlib is not installed")
        drawings = []
        for _ in range(2):
            with tempfile.TemporaryDirectory() as folder:
                drawings.append([p.read_bytes() for p in self.written(folder)[1] if p.suffix == ".svg"])
        self.assertEqual(len(drawings[0]), 3)
        self.assertEqual(*drawings)

    def test_the_terminal_tells_every_target(self):
        result = whole()
        result["rows"] = run.rows_of(result, parts.PARTS, parts.PARTS)
        for row in result["rows"]:
            self.assertIn(row["name"], words.for_terminal(result))


class Progress(unittest.TestCase):
    def test_what_is_left_follows_the_pace_so_far(self):
        self.assertEqual(progress.left(10, 40, 20), 60)
        self.assertEqual(progress.left(0, 40, 0), 40)
