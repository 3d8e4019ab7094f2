# SPDX-License-Identifier: Apache-2.0
"""The recorded ratios to the ceiling: a list of records, one for each kind of processor, memory and build.

A ratio means something only for what it was recorded on: another model has other caches and another cipher. The
ceiling of the same run takes out the clock and most of what neighbours do.
"""
import json
import pathlib

from report.problem import Problem

KEY = ("processor", "memory", "buildtype", "march")


def key_of(facts, huge):
    return {"processor": facts["processor"], "memory": "huge pages" if huge else "no huge pages",
            "buildtype": facts["flags"].get("buildtype"), "march": facts["flags"].get("march")}


def load(path):
    try:
        return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["records"]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem(f"{path} is no baseline: {error}", "bench/gate --record writes one") from error


def same(a, b):
    return all(a.get(k) == b.get(k) for k in KEY)


def find(records, key):
    return next((r for r in records if same(r, key)), None)


def merged(records, new):
    """With the configurations of `new` in the record of the same key; configurations it does not have stay."""
    old = find(records, new)
    whole = new if old is None else new | {"ratios": old["ratios"] | new["ratios"]}
    return [*(r for r in records if r is not old), whole]


def store(path, records):
    ordered = sorted(records, key=lambda r: [str(r[k]) for k in KEY])
    pathlib.Path(path).write_text(json.dumps({"records": ordered}, indent=1) + "\n", encoding="utf-8")
