# SPDX-License-Identifier: Apache-2.0
"""GOOSE: what of a tshark row is compared with what of ours. Routable GOOSE is not ours to read."""
LABELS = ["goose", "mms"]


def is_truth(row):
    return row["proto"] == "goose"


def is_ours(line):
    return line["protocol"] == "goose"


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    numbers = {name: int(row[f"goose.{name}"] or "0", 0) for name in ("appid", "stNum", "sqNum", "numDatSetEntries")}
    return {
        "direction": ("unsolicited", line["direction"]),
        "appid": (numbers["appid"], line["unit"]),
        "numbers": (numbers["stNum"] << 32 | numbers["sqNum"], line["request_id"]),
        "control_block": ([row["goose.gocbRef"]], [point["name"] for point in line["points"]]),
        "simulated": (row["goose.simulation"] == "1", line["op"] == "simulated_goose_pdu"),
        "entries": (numbers["numDatSetEntries"], len(line["values"])),
    }
