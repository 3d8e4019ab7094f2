# SPDX-License-Identifier: Apache-2.0
"""Writes a run: JSON, and the page with its plots beside it."""
import json
import pathlib
import sys

from report import facts, page
from report.problem import Problem

RESULTS = facts.ROOT / "bench/results"


def name_of(run, only):
    return f"{run['date'][:10]}-{run['commit']}{'-dirty' if run['dirty'] else ''}{''.join('-' + o for o in only)}"


def write(path, text):
    try:
        pathlib.Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Problem(f"{path} cannot be written: {error.strerror}", "name another file, or leave --json out") from error


def as_json(run):
    return json.dumps(run, indent=1) + "\n"


def results(run, only, folder=RESULTS):
    """The paths that were written."""
    name = name_of(run, only)
    write(folder / f"{name}.json", as_json(run))
    try:
        from report import plots  # late: needs a package that measuring does not
        drawn = plots.draw(run, folder, name)
    except ImportError:
        print("bench/run: no plots: python3-matplotlib is missing (scripts/install-deps installs it)", file=sys.stderr)
        drawn = []
    write(folder / f"{name}.md", page.of(run, name, drawn))
    return [folder / f"{name}.json", folder / f"{name}.md", *(folder / file for _, file in drawn)]
