# SPDX-License-Identifier: Apache-2.0
"""FINS: what of a tshark row is compared with what of ours."""
LABELS = ["fins"]


def is_truth(row):
    return row["proto"] == "omron"


def is_ours(line):
    return line["protocol"] == "fins"


def number(row, field):
    value = row.get(field) or ""
    return int(value, 0) if value else None


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    control, end = number(row, "omron.icf"), number(row, "omron.response.code")
    name = row["info"].partition(" : ")[2].partition("[Malformed")[0].lower().replace(" ", "_").replace("-", "_").replace("/", "_")
    pairs = {
        "command": (number(row, "omron.command"), line["code"]),
        "service": (number(row, "omron.sid"), line["request_id"] & 0xFF),
        "direction": (bool(control & 0x40), line["direction"] == "response"),
        "node": (number(row, "omron.sa1" if control & 0x40 else "omron.da1"), line["unit"] >> 8 & 0xFF),
    }
    if "|" not in name:
        pairs["name"] = (name, line["op"])
    if end is not None:
        pairs["end"] = (end, line.get("exception", 0))
    return pairs
