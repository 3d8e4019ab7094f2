# SPDX-License-Identifier: Apache-2.0
"""Modbus/TCP: what of a tshark row is compared with what of ours."""
LABELS = ["modbus"]


def is_truth(row):
    return row["proto"] == "modbus" and "502" in (row["sport"], row["dport"])


def is_ours(line):
    return line["protocol"] in ("modbus", "umas")


def number(row, field):
    value = row.get(field) or ""
    return int(value, 0) if value else None


def expected_points(row, function):
    """(first, last) of each range as tshark's fields give them; None when it gives none."""
    if function == 23:
        pairs = [("modbus.read_reference_num", "modbus.read_word_cnt"),
                 ("modbus.write_reference_num", "modbus.write_word_cnt")]
    elif function in (1, 2, 15):
        pairs = [("modbus.reference_num", "modbus.bit_cnt")]
    elif function in (3, 4, 16):
        pairs = [("modbus.reference_num", "modbus.word_cnt")]
    elif function in (5, 6, 22):
        return None if not row.get("modbus.reference_num") else [(number(row, "modbus.reference_num"),) * 2]
    else:
        return None
    ranges = [(number(row, first), number(row, count)) for first, count in pairs]
    if any(None in pair for pair in ranges):
        return None
    return [(first, first + count - 1) for first, count in ranges]


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    function = number(row, "modbus.func_code")
    umas = line["protocol"] == "umas"  # inside function 90, which is what tshark tells
    pairs = {
        "transaction": (number(row, "mbtcp.trans_id"), line["request_id"]),
        "unit": (number(row, "mbtcp.unit_id"), line["unit"]),
        "function": (function, 90 if umas else line["code"]),
        "direction": (row["sport"] == "502", line["direction"] == "response"),
    }
    if not umas or row.get("modbus.exception_code"):
        pairs["exception"] = (number(row, "modbus.exception_code"), line.get("exception"))
    if row.get("modbus.diagnostic_code"):
        pairs["sub"] = (number(row, "modbus.diagnostic_code"), line.get("sub", 0))
    elif row.get("modbus.mei"):
        pairs["sub"] = (number(row, "modbus.mei"), line.get("sub", 0))
    points = expected_points(row, function)
    # Of a response both say what its request asked for; where the request is missing neither can.
    if points is not None and line["points"]:
        pairs["points"] = (points, [(p["from"], p["to"]) for p in line["points"]])
    return pairs
