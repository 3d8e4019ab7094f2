# SPDX-License-Identifier: Apache-2.0
"""S7comm: what of a tshark row is compared with what of ours."""
import re

LABELS = ["s7comm", "s7commplus"]
AREAS = {0x1c: "counter", 0x1d: "timer", 0x80: "peripheral", 0x81: "input_area", 0x82: "output_area", 0x83: "flag",
         0x84: "db", 0x85: "instance_db", 0x86: "local", 0x87: "local"}
BITS = {1: 1, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 32, 8: 32, 9: 16, 10: 32, 11: 32, 12: 16, 15: 64}
BLOCKS = {"OB": 0x08, "DB": 0x0a, "SDB": 0x0b, "FC": 0x0c, "SFC": 0x0d, "FB": 0x0e, "SFB": 0x0f}
SERVICES = {"P_PROGRAM": 1, "_INSE": 2, "_INS2": 3, "_DELE": 4, "_MODU": 5, "_GARB": 6}
USERDATA_TYPES = {"0": "unsolicited", "3": "unsolicited", "4": "request", "7": "request", "8": "response",
                  "11": "response"}


def is_truth(row):
    return row["proto"] == "s7comm"


def is_ours(line):
    """Of S7comm; and what does not parse, for a fault of a TSDU is told as the connection's."""
    return line["protocol"] == "s7comm" or (line["protocol"] == "cotp" and "fault" in line)


def numbers(row, field):
    return [int(value, 0) for value in (row.get(field) or "").split(",") if value]


def number(row, field):
    return (numbers(row, field) or [None])[0]


def snake(text):
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def direction(row):
    if row["s7comm.header.rosctr"] == "7":
        return USERDATA_TYPES.get(row["s7comm.param.userdata.type"])
    return "request" if row["s7comm.header.rosctr"] == "1" else "response"


def item_points(row):
    """(type, DB, first, last) of each item of a read or write job."""
    points = []
    fields = [numbers(row, f"s7comm.param.item.{name}") for name in ("area", "db", "transp_size", "length", "address")]
    for area, db, size, count, address in zip(*fields):
        bits = count if area in (0x1c, 0x1d) else count * BITS.get(size, 0)
        if area not in AREAS:
            return None
        points.append((AREAS[area], db if area in (0x84, 0x85) else None, address, address + bits - 1))
    return points


def block_points(row):
    """(type, number) of the block that tshark's summary names."""
    named = re.search(r"Block:\[(\w+?) ?(\d+)\]|_(?:INSE|DELE)\((\w+?)(\d+)\)", row["info"])
    if not named:
        return None
    kind, block = (named[1], named[2]) if named[1] else (named[3], named[4])
    return [(BLOCKS[kind], int(block))] if kind in BLOCKS else None


def szl_points(row):
    named = re.search(r"\[Read SZL\] ID=0x([0-9a-f]+) Index=0x([0-9a-f]+)", row["info"])
    return [(int(named[1], 16), int(named[2], 16))] if named else None


def compare_points(row, line, pairs):
    points = line["points"]
    if direction(row) != "request":
        return
    expected = item_points(row)
    if expected:
        pairs["items"] = (expected, [(p["type"], p.get("db"), p["from"], p["to"]) for p in points])
    expected = block_points(row)
    if expected:
        pairs["blocks"] = (expected, [(p["block_type"], p["from"]) for p in points if p["type"] == "block"])
    expected = szl_points(row)
    if expected:
        pairs["szl"] = (expected, [(p["szl_id"], p["from"]) for p in points if p["type"] == "szl"])


def compare_outcome(row, line, pairs):
    """The error of the header or of userdata; else the first return code that is not success."""
    error = (number(row, "s7comm.header.errcls") or 0) << 8 | (number(row, "s7comm.header.errcod") or 0)
    named = re.search(r"Errorcode:\[0x([0-9a-f]+)\]", row["info"])
    if named:
        error = int(named[1], 16)
    if not error and row["s7comm.header.rosctr"] != "7":
        error = next((code for code in numbers(row, "s7comm.data.returncode") if code != 0xff), 0)
    elif not error and (line.get("exception") or 0) < 256:
        return  # of userdata both know, but "object does not exist" of an empty answer is none
    pairs["exception"] = (error or None, line.get("exception"))


def compare_userdata(row, line, pairs):
    group, sub = number(row, "s7comm.param.userdata.funcgroup"), number(row, "s7comm.param.userdata.subfunc")
    pairs["group"] = (group, line["code"])
    if sub is not None and group != 6:
        pairs["subfunction"] = (sub, line.get("sub", 0))
    parts = re.findall(r"\[([^\]]*)\]", row["info"].split("Function:", 1)[-1])
    if group and len(parts) > 2:
        pairs["name"] = (snake(parts[2].split("(")[0]), line["op"])


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    pairs = {
        "direction": (direction(row), line["direction"]),
        "reference": (number(row, "s7comm.header.pduref"), line["request_id"]),
    }
    function = number(row, "s7comm.param.func")
    if row["s7comm.header.rosctr"] == "7":
        compare_userdata(row, line, pairs)
    elif function is not None:
        pairs["function"] = (function, line["code"])
        named = re.search(r"Function:\[([^\]]*)\]", row["info"])
        if named and function != 0x28:
            pairs["name"] = (snake(named[1]), line["op"])
    if row.get("s7comm.param.pistart.servicename") and function == 0x28:
        pairs["service"] = (SERVICES.get(row["s7comm.param.pistart.servicename"]), line.get("sub"))
    compare_points(row, line, pairs)
    if direction(row) == "response":
        compare_outcome(row, line, pairs)
    return pairs
