# SPDX-License-Identifier: Apache-2.0
"""Sampled values: what of a tshark row is compared with what of ours."""
LABELS = ["sv"]


def is_truth(row):
    return row["proto"] == "sv"


def is_ours(line):
    return line["protocol"] == "sv"


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    return {
        "direction": ("unsolicited", line["direction"]),
        "appid": (int(row["sv.appid"], 0), line["unit"]),
        "streams": (row["sv.svID"].split(","), [point["name"] for point in line["points"]]),
        "asdus": (int(row["sv.noASDU"]), len(line["values"])),
        "sample": (int(row["sv.smpCnt"].split(",")[0]), line["request_id"]),
    }
