# SPDX-License-Identifier: Apache-2.0
import time
import unittest
import unittest.mock

from report import fold, programs, run
from report.parts import Part
from report.steps import Step


def shell(script, timeout=10):
    return programs.run("it", ["sh", "-c", script], timeout)


class Programs(unittest.TestCase):
    def test_a_program_that_hangs_is_stopped_with_its_children_and_void(self):
        began = time.monotonic()
        reports = shell("""echo '{"name": "a"}'; sleep 60 & sleep 60""", timeout=0.3)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual([r["valid"] for r in reports], [True, False])
        self.assertIn("did not end within", reports[1]["why_void"])

    def test_a_program_that_dies_after_its_figures_is_void_with_its_last_words(self):
        reports = shell("""echo '{"name": "a", "valid": true}'; echo so it ends >&2; exit 3""")
        self.assertEqual(reports[-1]["why_void"], "exit status 3: so it ends")

    def test_a_program_that_a_signal_ends_is_void(self):
        self.assertIn("signal SIGABRT", shell("kill -ABRT $$")[-1]["why_void"])

    def test_a_program_that_is_not_there_is_void(self):
        self.assertIn("does not start", programs.run("it", ["/nowhere/it"], 1)[0]["why_void"])

    def test_a_program_that_says_nothing_is_void(self):
        self.assertIn("printed no figures", shell("true")[0]["why_void"])

    def test_a_line_that_is_no_json_is_void_beside_those_that_are(self):
        reports = shell("""echo '{"name": "a"}'; echo '{"name": "b", "mpps": nan}'""")
        self.assertEqual([r["valid"] for r in reports], [True, False])

    def test_a_program_that_says_itself_why_it_is_void_is_so_once(self):
        reports = shell("""echo '{"name": "a", "valid": false, "why_void": "lost"}'; exit 1""")
        self.assertEqual([r["why_void"] for r in reports], ["lost"])


class Parts(unittest.TestCase):
    def entries(self, part, steps):
        class Silent:
            def __init__(self, _): pass
            def begin(self, *_): pass
            def end(self): pass
        planned = Part("p", "ps", "", (), lambda s: steps, part, None)
        return run.measure(None, [planned], {}, Silent)["ps"]

    def test_a_part_whose_program_is_not_there_is_a_void_entry_and_no_crash(self):
        self.assertEqual(self.entries(fold.as_told, [Step("x", ["/nowhere/x"], 0)])[0]["void"],
                         ["/nowhere/x does not start: No such file or directory"])

    def test_figures_that_do_not_fit_together_are_a_void_entry_and_no_crash(self):
        step = Step("x", ["sh", "-c", """echo '{"name": "a"}'"""], 0)
        entries = self.entries(lambda steps: steps[0].reports[0]["cycles"], [step])
        self.assertIn("do not fit together", entries[0]["void"][0])

    def test_what_does_not_build_is_void_and_is_not_run(self):
        part = Part("p", "ps", "", ("x",), lambda s: self.fail("planned"), fold.as_told, None)
        entries = run.measure(None, [part], {"p": "no such target"}, lambda _: unittest.mock.MagicMock())
        self.assertIn("no such target", entries["ps"][0]["void"][0])

    def test_medians_leave_out_void_rounds_but_the_entry_says_so(self):
        reports = [{"name": "a", "valid": v, "why_void": "" if v else "lost", "cycles_median": c, "mpps": 1} for v, c in
                   ((True, 10), (False, 0), (True, 12))]
        entry = fold.medians([Step("", [], 0, (), [r]) for r in reports])[0]
        self.assertEqual((entry["cycles"], entry["void"]), (11, ["lost"]))
