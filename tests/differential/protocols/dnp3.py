# SPDX-License-Identifier: Apache-2.0
"""DNP3: what of a tshark row is compared with what of ours. tshark shows a row for every link frame; one
that holds a segment of an unfinished fragment is no operation, and we say nothing of it."""
LABELS = ["dnp3"]
PORTS = ["dnp3=20001"]
ANY = (0, 0xFFFFFFFF)
INDEXED = set(range(0, 5)) | set(range(10, 14)) | set(range(20, 24)) | set(range(30, 35)) | set(range(40, 44)) | {
    80, 101, 102, 110, 111, 112, 113, 121, 122}
NAMES_ONLY = {1, 7, 8, 9, 10, 11, 12, 20, 21, 22}
LINK_NAMES = {(1, 0): "reset_of_remote_link", (1, 2): "test_function_for_link", (1, 9): "request_link_status",
              (0, 0): "ack", (0, 1): "nack", (0, 11): "status_of_link"}


def number(row, field):
    value = row.get(field) or ""
    return int(value.split(",")[0], 0) if value else None


def numbers(row, field):
    return [int(v, 0) if v else 0 for v in row[field].split(",")] if row.get(field) else []


def is_truth(row):
    if row["proto"] != "dnp3":
        return False
    unfinished = not row.get("dnp3.al.func") and row.get("dnp3.tr.seq") and not number(row, "dnp3.tr.fin")
    return not unfinished


def is_ours(line):
    return line["protocol"] == "dnp3"


def add(ranges, thing, first, last):
    """As ours are: consecutive points of one kind are one range."""
    if ranges and ranges[-1][0] == thing and ranges[-1][2] + 1 == first:
        ranges[-1] = (thing, ranges[-1][1], last)
    else:
        ranges.append((thing, first, last))


def expected_points(row):
    """(object, first, last) of each range, from the object headers as tshark shows them; None where it shows less
    than it would take."""
    function = number(row, "dnp3.al.func")
    starts, stops = iter(numbers(row, "dnp3.al.range.start")), iter(numbers(row, "dnp3.al.range.stop"))
    quantities, indexes = iter(numbers(row, "dnp3.al.range.quantity")), iter(numbers(row, "dnp3.al.index"))
    ranges = []
    headers = zip(numbers(row, "dnp3.al.obj"), numbers(row, "dnp3.al.objq.prefix"), numbers(row, "dnp3.al.objq.range"))
    try:
        for thing, prefix, code in headers:
            group = thing >> 8
            if code <= 5:
                add(ranges, thing, next(starts), next(stops))
                continue
            count = next(quantities) if code > 6 else 0
            if code == 11:
                ranges.append((thing,))  # a handle, or none: tshark's fields do not tell
            elif prefix:
                for _ in range(count):
                    index = next(indexes)
                    add(ranges, thing, index, index)
            elif group in INDEXED:
                add(ranges, thing, *ANY)
            else:
                add(ranges, thing, 0, 0 if function in NAMES_ONLY or group == 60 else max(count - 1, 0))
    except StopIteration:
        return None
    return ranges


def our_points(line):
    ranges = []
    for point in line["points"]:
        group, variation = (int(n) for n in point["object"][1:].split("v"))
        thing = group << 8 | variation
        ranges.append((thing,) if group == 70 else (thing, point["from"], point["to"]))
    return ranges


def expected_exception(row):
    if number(row, "dnp3.al.func") not in (129, 131):
        return None
    iin, status = number(row, "dnp3.al.iin") or 0, [s & 0x7F for s in numbers(row, "dnp3.al.ctrlstatus")]
    refused = next((s for s in status if s), 0)
    return (iin & 7) | refused << 8 or None


def control_codes(row):
    parts = (numbers(row, f"dnp3.ctl.{name}") for name in ("op", "clr", "trip"))
    return [op | clear << 5 | trip << 6 for op, clear, trip in zip(*parts)]


def compared_link(row, line):
    primary = number(row, "dnp3.ctl.prm")
    function = number(row, "dnp3.ctl.prifunc" if primary else "dnp3.ctl.secfunc")
    return {"link": (LINK_NAMES.get((primary, function)), line["op"]),
            "direction": ("request" if primary else "response", line["direction"])}


def direction(row, function):
    if function == 130:
        return "unsolicited"
    confirms = function == 0 and not number(row, "dnp3.ctl.dir")
    return "response" if function > 127 or confirms else "request"


def ends(row, from_outstation):
    """Outstation and master."""
    addresses = number(row, "dnp3.src"), number(row, "dnp3.dst")
    return addresses if from_outstation else addresses[::-1]


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    function = number(row, "dnp3.al.func")
    if function is None:
        pairs = compared_link(row, line)
        outstation, master = ends(row, not number(row, "dnp3.ctl.dir"))
    else:
        told = direction(row, function)
        outstation, master = ends(row, told != "request")
        identifier = master << 32 | outstation << 16 | number(row, "dnp3.al.uns") << 4 | number(row, "dnp3.al.seq")
        identifier |= (function == 0) << 6
        pairs = {"function": (function, line["code"]), "direction": (told, line["direction"]),
                 "request_id": (identifier, line["request_id"]),
                 "exception": (expected_exception(row), line.get("exception"))}
        points = expected_points(row)
        # A response without points of its own is shown with those of its request.
        if points or (points == [] and told != "response"):
            pairs["points"] = (points, our_points(line))
        codes = control_codes(row)
        if codes and function in (3, 4, 5, 6):
            pairs["control_code"] = (codes, [v & ~0x10 for v in line.get("values", [])[:len(codes)]])
    pairs["unit"] = ((outstation, master), (line["unit"], line.get("from_unit", 0)))
    return pairs
