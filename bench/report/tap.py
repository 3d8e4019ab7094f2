# SPDX-License-Identifier: Apache-2.0
"""A run as TAP: a case a figure, ok when its traffic took the path that it claims. How fast it was is not looked at."""


def case(number, part, entry):
    void = "; ".join(entry["void"])
    return f"{'not ok' if void else 'ok'} {number} - {part.name}: {entry['name']}{': VOID: ' + void if void else ''}"


def of(result, parts):
    """A part without a figure is a case too, and no pass."""
    cases = []
    for part in parts:
        for entry in result[part.key] or [{"name": "no figures", "void": ["it told nothing"]}]:
            cases.append(case(len(cases) + 1, part, entry))
    return "".join(line + "\n" for line in [*cases, f"1..{len(cases)}"])
