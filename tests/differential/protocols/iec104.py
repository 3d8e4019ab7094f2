# SPDX-License-Identifier: Apache-2.0
"""IEC 60870-5-104: what of a tshark row is compared with what of ours; a row is an APDU."""
LABELS = ["iec104"]
S_FRAME, U_FRAME = 1, 3
MONITOR_TYPES = set(range(1, 45)) | {70}
COMMAND_TYPES = set(range(45, 65)) | set(range(100, 114))


def number(row, field):
    value = row.get(field) or ""
    return int(value.split(",")[0], 0) if value else None


def is_truth(row):
    return row["proto"] in ("iec60870_104", "iec60870_asdu") and number(row, "iec60870_104.type") is not None


def is_ours(line):
    return line["protocol"] == "iec104"


def code_of(row):
    kind = number(row, "iec60870_104.type")
    if kind == S_FRAME:
        return 0
    # tshark shows the function without the two bits of the format.
    return number(row, "iec60870_104.utype") << 2 | 3 if kind == U_FRAME else number(row, "iec60870_asdu.typeid")


def addresses(row):
    return [int(v, 0) for v in row["iec60870_asdu.ioa"].split(",")] if row.get("iec60870_asdu.ioa") else []


def ours(line):
    return [a for p in line["points"] for a in range(p["from"], p["to"] + 1)]


def direction(row):
    """By type and cause; None where that is who sends."""
    kind, cause = number(row, "iec60870_asdu.typeid"), number(row, "iec60870_asdu.causetx")
    if kind in MONITOR_TYPES:
        return "response" if cause == 5 else "unsolicited"
    if kind in COMMAND_TYPES:
        return "response" if cause in (7, 9, 10, 44, 45, 46, 47) else "request"
    return None


def compared(row, line):
    pairs = {"code": (code_of(row), line["code"])}
    if number(row, "iec60870_104.type") in (S_FRAME, U_FRAME):
        return pairs
    pairs["station"] = (number(row, "iec60870_asdu.addr"), line["unit"])
    if direction(row):
        pairs["direction"] = (direction(row), line["direction"])
    if row.get("iec60870_asdu.ioa"):
        pairs["addresses"] = (addresses(row), ours(line))
    negative = number(row, "iec60870_asdu.nega") == 1 or 44 <= (number(row, "iec60870_asdu.causetx") or 0) <= 47
    if line["direction"] == "response":
        pairs["exception"] = (number(row, "iec60870_asdu.causetx") if negative else None, line.get("exception"))
    return pairs
