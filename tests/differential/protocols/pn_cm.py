# SPDX-License-Identifier: Apache-2.0
"""PROFINET context management: what of a tshark row is compared with what of ours. Devices answer from other ports
than they are asked at, so the ports of the captures are looked at too. A fragment that does not complete its call is
no operation of tshark's."""
LABELS = ["profinet"]
PORTS = [f"pn_cm={port}" for port in (49152, 49153, 49154, 49155, 49156, 49162, 49344, 1025, 1208, 1952, 26991, 63031, 65151)]
REQUEST, RESPONSE = 0, 2
NAMES = {0: "connect", 1: "release", 2: "read", 3: "write", 4: "control", 5: "read_implicit"}
CALLS = {1: "ping", 3: "fault", 4: "working", 5: "nocall", 6: "reject", 7: "ack", 8: "cl_cancel", 9: "fack", 10: "cancel_ack"}
RECORDS = (0x0008, 0x0009, 0x8008, 0x8009)
MULTIPLE = 0xE040


def is_truth(row):
    kind = row.get("dcerpc.pkt_type")
    return bool(kind) and (row["proto"] == "pn_io" or int(kind, 0) not in (REQUEST, RESPONSE))


def is_ours(line):
    return line["protocol"] == "pn_cm" and line.get("op") != "fragment"


def numbers(row, field):
    return [int(v, 0) for v in (row.get(field) or "").split(",") if v]


def expected_status(row):
    """The first PNIOStatus that is not OK."""
    codes = zip(*(numbers(row, f"pn_io.{field}") for field in ("error_code1", "error_code2")))
    return next((first << 8 | second for first, second in codes if first or second), None)


def within(ours, theirs):
    """Do ours stand among theirs, in the same order? Records have places inside, which tshark shows too."""
    rest = iter(theirs)
    return ours if all(each in rest for each in ours) else theirs


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    kind = int(row["dcerpc.pkt_type"], 0)
    pairs = {"sequence": (int(row["dcerpc.dg_seqnum"], 0), line["request_id"] & 0xFFFFFFFF)}
    if kind not in (REQUEST, RESPONSE):
        pairs["name"] = (CALLS[kind], line["op"])
        return pairs
    operation = int(row["pn_io.opnum"], 0)
    pairs["name"] = (NAMES[operation], line["op"])
    pairs["direction"] = ("request" if kind == REQUEST else "response", line["direction"])
    if kind == RESPONSE:
        ours = line.get("exception")
        pairs["exception"] = (expected_status(row), ours & 0xFFFF if ours else None)
    blocks = numbers(row, "pn_io.block_type")
    if operation in (2, 3, 5) and any(block in RECORDS for block in blocks):
        indexes = numbers(row, "pn_io.index")
        if operation == 3 and MULTIPLE in indexes:
            indexes = [index for index in indexes if index != MULTIPLE]
        pairs["index"] = (indexes[:len(line["points"])], [point["index"] for point in line["points"]])
        if operation == 3:
            pairs["records"] = (len(indexes), len(line["points"]))
        ours = [(point["from"] >> 16, point["from"] & 0xFFFF) for point in line["points"]]
        theirs = list(zip(numbers(row, "pn_io.slot_nr"), numbers(row, "pn_io.subslot_nr")))
        pairs["place"] = (within(ours, theirs), ours)
    return pairs
