# SPDX-License-Identifier: Apache-2.0
"""The command line of bench/run."""
import argparse

from report.parts import PARTS

ABOUT = """Measures the gateway and makes the whole report: every target of the performance work, what was measured,
what was missed and what holds it back.

The claim is always a ratio inside one run: ceiling probe, pipeline, ceiling probe, pipeline, ... Absolute rates are
notes about the machine of the day. A figure whose traffic did not take the path that it claims is VOID. Raw samples,
a page and its plots go to bench/results/DATE-COMMIT[-PART].{json,md,svg}; bench/README.md says what they mean.
Exit status: 0; 1 when a figure is void; 2 when something has to be put right first."""


def parser():
    p = argparse.ArgumentParser(prog="bench/run", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--list", action="store_true", help="print the parts and stop")
    p.add_argument("--only", metavar="PART", action="append", choices=[x.name for x in PARTS], default=[],
                   help="this part (may be given again)")
    p.add_argument("--quick", action="store_true",
                   help="everything in short: shows that it runs, claims nothing; writes no result file")
    p.add_argument("--build", default="build", help="meson build directory (default: build)")
    p.add_argument("--rounds", type=int, help="A B pairs per configuration (default: 7, quick 3)")
    p.add_argument("--seconds", type=float, help="per sample (default: 1, quick 0.1)")
    p.add_argument("--cpu", type=int, default=1, help="processor of the measured thread (default: 1)")
    p.add_argument("--first", type=int, default=99, metavar="N", help="only the first N configurations of part ratio")
    p.add_argument("--huge-pages", action="store_true",
                   help="have the kernel make huge pages for the run, and give them back after it (root)")
    p.add_argument("--json", metavar="FILE", help="also write the JSON there; - is stdout, and the words go to stderr")
    p.add_argument("--tap", action="store_true",
                   help="TAP on stdout, a case a figure: not ok when it is void; the words go to stderr")
    p.add_argument("--no-save", action="store_true", help="write no result file")
    return p


def read(arguments):
    p = parser()
    args = p.parse_args(arguments)
    args.rounds = args.rounds if args.rounds is not None else (3 if args.quick else 7)
    args.seconds = args.seconds if args.seconds is not None else (0.1 if args.quick else 1.0)
    if args.tap and args.json == "-":
        p.error("--tap and --json - both want stdout")
    if args.rounds < 1 or args.first < 1 or not 0 < args.seconds <= 3600:
        p.error("--rounds and --first are at least 1, --seconds above 0 and at most 3600")
    return args


def listing():
    return "\n".join(f"{part.name:8} {part.what}" for part in PARTS)
