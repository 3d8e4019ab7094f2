# SPDX-License-Identifier: Apache-2.0
"""Niagara Fox, which tshark 4.0 does not read: of its rows the first bytes of the payload."""
LABELS = ["fox"]


def is_truth(row):
    return row["proto"] == "fox(raw)"


def is_ours(line):
    return line["protocol"] == "fox"


def compared(row, line):
    """Of each field that both tell: (the payload's, ours)."""
    head = bytes.fromhex(row["payload32"]).decode("latin-1").split("\n")[0].split(" ")
    return {
        "operation": ("_".join(head[4:6]), line["op"]),
        "asks": (row["dport"] == "1911", line["direction"] == "request"),
        "request_id": (0 if head[3] == "-1" else int(head[3]), line["request_id"] & 0xFFFFFFFF),
    }
