# SPDX-License-Identifier: Apache-2.0
"""Runs one benchmark and takes the JSON lines it prints. What hangs, dies or babbles is a void report with its
words, never an end of the whole run."""
import json
import os
import signal
import subprocess


def void(name, why):
    return {"name": name, "valid": False, "why_void": why, "mpps": 0, "cycles_median": 0}


def run(name, command, timeout_s):
    """The reports of `command`, at least one. `name` is what a void report is called."""
    try:
        # A session of its own: whatever it started ends with it.
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                 errors="replace", start_new_session=True)
    except OSError as error:
        return [void(name, f"{command[0]} does not start: {error.strerror}")]
    try:
        out, err = child.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        end(child)
        out, err = child.communicate()
        return parse(name, out)[0] + [void(name, f"it did not end within {timeout_s:.0f} s and was stopped")]
    except BaseException:
        end(child)
        raise
    reports, broken = parse(name, out)
    if child.returncode != 0 and all(r["valid"] for r in reports):
        reports.append(void(name, f"{ending(child.returncode)}: {last_words(err)}"))
    if broken:
        reports.append(void(name, broken))
    return reports or [void(name, "it printed no figures: " + last_words(err))]


def end(child):
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def parse(name, text):
    """(reports, why a line is none or "")."""
    reports, broken = [], ""
    for line in text.splitlines():
        if not line.startswith("{"):
            continue  # words for people
        try:
            report = json.loads(line)
            report.setdefault("name", name)
            report.setdefault("valid", True)
            report.setdefault("why_void", "")
            reports.append(report)
        except ValueError as error:
            broken = f"a line is not JSON ({error}): {line[:80]}"
    return reports, broken


def ending(status):
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def last_words(err):
    return (err.strip().splitlines() or ["it said nothing"])[-1]
