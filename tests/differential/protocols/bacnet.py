# SPDX-License-Identifier: Apache-2.0
"""BACnet/IP: what of a tshark row is compared with what of ours. Rows of BACnet right on Ethernet or
MS/TP are left out: we read BACnet/IP. So are the rows that tshark shows a second time, below a BVLC
table without entries."""
LABELS = ["bacnet"]

# Services whose first objects are who sent them, not what they are about.
REPORTS = {("0", 1), ("0", 2), ("0", 31), ("1", 2), ("1", 3), ("1", 11)}
UNASKED = {0, 1, 2, 3, 11, 12}
TEXT_MESSAGES = {("0", 19), ("1", 5)}
DEVICE = 8
REPEATED = {"3", "5"}  # answers: their values may hold objects and properties too


def is_truth(row):
    if row["proto"] not in ("bvlc", "bacnet", "bacapp") or "47808" not in (row["sport"], row["dport"]):
        return False
    return row["pdu"] == "1" or bool(row.get("bvlc.function"))


def is_ours(line):
    return line["protocol"] == "bacnet"


def number(row, field):
    value = row.get(field) or ""
    return int(value.split(",")[0], 0) if value else None


def numbers(row, field):
    return [int(each, 0) for each in (row.get(field) or "").split(",") if each]


def expected_code(row):
    """(space, function) of docs/protocols/bacnet.md."""
    kind = row.get("bacapp.type")
    if kind in ("0", "2", "3", "5"):
        return number(row, "bacapp.confirmed_service")
    if kind == "1":
        return number(row, "bacapp.unconfirmed_service")
    if kind:
        return int(kind)
    if row.get("bacnet.mesgtyp"):
        return number(row, "bacnet.mesgtyp")
    return number(row, "bvlc.function")


def expected_direction(row):
    kind = row.get("bacapp.type")
    if kind == "0":
        return "request"
    if kind == "1":
        return "unsolicited" if number(row, "bacapp.unconfirmed_service") in UNASKED else "request"
    if kind in ("2", "3", "5", "6"):
        return "response"
    if not kind and not row.get("bacnet.mesgtyp"):
        return "response" if number(row, "bvlc.function") in (0, 3, 7) else "request"
    return None


def spelled(info):
    """The name of the operation in tshark's words: 'Confirmed-REQ readProperty[ 1] ...'."""
    words = info.replace("[", " ").split()
    return words[1].replace("-", "").lower() if len(words) > 1 else ""


def expected_exception(row):
    if row.get("bacapp.type") == "5":
        return number(row, "bacapp.error_class") << 16 | number(row, "bacapp.error_code")
    for field in ("bacapp.reject_reason", "bacapp.abort_reason"):
        if row.get(field):
            return number(row, field)
    return number(row, "bvlc.result") or None


def service(row):
    return row.get("bacapp.type"), expected_code(row)


def expected_objects(row):
    objects = list(zip(numbers(row, "bacapp.objectType"), numbers(row, "bacapp.instance_number")))
    if service(row) in REPORTS:
        return objects[1:]
    return [] if service(row) in TEXT_MESSAGES else objects


def our_objects(line):
    """Each object once for each time it is named: properties of one object follow each other."""
    objects = []
    for point in line["points"]:
        if point["type"] == "bacnet_object" and "name" not in point:
            named = [(point["object_type"], i) for i in range(point["from"], point["to"] + 1)]
        elif point["type"] == "bacnet_file":
            named = [(10, point["from"])]
        elif point["type"] == "device_range" and line["op"] in ("i_am", "i_have", "you_are"):
            named = [(DEVICE, point["from"])]
        else:
            continue
        for each in named:
            if not objects or objects[-1] != each or line["op"] == "i_have":
                objects.append(each)
    return objects


def our_properties(line):
    return [point["property"] for point in line["points"] if point["type"] == "bacnet_object"
            and point["property"] != 0xffffffff for _ in range(point["from"], point["to"] + 1)]


def within(ours, theirs):
    """Do ours stand among theirs, in the same order?"""
    rest = iter(theirs)
    return ours if all(each in rest for each in ours) else theirs


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    kind = row.get("bacapp.type")
    pairs = {
        "code": (expected_code(row), line["code"]),
        "exception": (expected_exception(row), line.get("exception")),
    }
    direction = expected_direction(row)
    if direction is not None:
        pairs["direction"] = (direction, line["direction"])
    if kind in ("0", "1", "2", "3", "5"):
        pairs["name"] = (spelled(row["info"]), line["op"].replace("_", ""))
    if kind not in (None, "", "1"):
        pairs["invoke_id"] = (number(row, "bacapp.invoke_id"), line["request_id"] & 0xff)
        pairs["segment"] = (row.get("bacapp.more_segments") == "1" or kind == "4",
                            line["request_id"] >> 8 & 0xff == 3)
    addresses = {"to": number(row, "bacnet.dnet") or 0, "from": number(row, "bacnet.snet") or 0}
    if line["direction"] == "response":
        addresses = {"to": addresses["from"], "from": addresses["to"]}
    pairs["network"] = (addresses["to"], line["unit"] >> 16)
    if row.get("bvlc.function") != "0x04" or addresses["from"]:
        pairs["from_network"] = (addresses["from"], line.get("from_unit", 0) >> 16)
    if kind in ("0", "1", "3") and row.get("bacapp.more_segments") != "1" and (kind != "3" or line["code"] != 6):
        objects, properties = expected_objects(row), numbers(row, "bacapp.property_identifier")
        if kind in REPEATED:
            objects, properties = within(our_objects(line), objects), within(our_properties(line), properties)
        pairs["objects"] = (objects, our_objects(line))
        pairs["properties"] = (properties, our_properties(line))
    return pairs
