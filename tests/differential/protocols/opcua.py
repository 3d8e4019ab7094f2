# SPDX-License-Identifier: Apache-2.0
"""OPC UA binary: what of a tshark row is compared with what of ours."""
LABELS = ["opcua"]
PORTS = ["opcua=12001", "opcua=48010"]

SPACE = 1 << 24
TRANSPORT = {"HEL": "hello", "ACK": "acknowledge", "ERR": "error", "RHE": "reverse_hello"}
ENCRYPTED = {"OPN": "encrypted_open", "MSG": "encrypted", "CLO": "encrypted_close"}
BAD = 0x80000000
# Requests whose nodes are the last ones that tshark lists, with how many it lists of each item and
# which of these are points.
ITEMS = {631: (1, [0]), 673: (1, [0]), 712: (2, [0, 1]), 560: (1, [0]), 566: (1, [0]), 500: (1, [0]),
         527: (2, [0])}
# Of these tshark lists nodes that are no points too, between those of the items.
FILTERED = (488, 751)


def is_truth(row):
    return row["proto"] == "opcua"


def is_ours(line):
    return line["protocol"] == "opcua"


def numbers(row, field):
    return [int(value, 0) for value in (row.get(field) or "").split(",") if value]


def number(row, field):
    return (numbers(row, field) or [None])[0]


def name_of(row, type_):
    """What a message without a service that tshark reads is called."""
    return TRANSPORT.get(type_) or ENCRYPTED[type_]


def direction_of(row):
    info = row["info"]
    if info.endswith("Request"):
        return "request"
    if info.endswith("Response") or info.endswith("Fault"):
        return "response"
    server = row["sport"] in ("4840", "12001", "48010")
    return "response" if server else "request"


def our_nodes(line):
    """The points, one by one: (numeric identifiers in order, texts in order)."""
    numeric, texts = [], []
    for point in line["points"]:
        if "name" in point:
            texts.append(point["name"])
        else:
            numeric += range(point["from"], point["to"] + 1)
    return numeric, texts


def tail(values, count):
    return values[len(values) - count:] if count else []


def within(theirs, ours):
    """Ours where it is theirs with others between; else None."""
    rest = iter(theirs)
    return ours if all(value in rest for value in ours) else None


def filtered(row, line):
    """Each of our points is there, in that order."""
    numeric, texts = our_nodes(line)
    theirs_texts = [text for text in (row.get("opcua.nodeid.string") or "").split(",") if text]
    if number(row, "opcua.servicenodeid.numeric") != 751:
        theirs, ours = [], []
    else:
        theirs, ours = attributes(row, line)
    return {"nodes": (within(numbers(row, "opcua.nodeid.numeric"), numeric), numeric),
            "texts": (within(theirs_texts, texts), texts), "attributes": (within(theirs, ours), ours)}


def namespaces(row, line):
    """Ours that are not 0, which tshark lists of most encodings."""
    ours = [point["ns"] for point in line["points"] for _ in range(point["from"], point["to"] + 1) if point["ns"]]
    return (within(numbers(row, "opcua.nodeid.nsindex"), ours), ours)


def nodes(row, line, service):
    """The nodes of a request, where tshark's list of all NodeIds of the message can be told apart. An
    item of several NodeIds is compared where all are numbers."""
    numeric, texts = our_nodes(line)
    width, points = ITEMS[service]
    theirs_texts = [text for text in (row.get("opcua.nodeid.string") or "").split(",") if text]
    pairs = {"texts": (tail(theirs_texts, len(texts)) if len(theirs_texts) >= len(texts) else theirs_texts, texts)}
    theirs = numbers(row, "opcua.nodeid.numeric")
    if width == 1:
        pairs["nodes"] = (tail(theirs, len(numeric)), numeric)
        # The token may be a number, and the additional header has a type.
        pairs["count"] = (True, len(theirs) - len(numeric) in (1, 2))
    elif not texts:
        count = len(numeric) // len(points)
        items = tail(theirs, count * width)
        pairs["nodes"] = ([items[i + p] for i in range(0, len(items), width) for p in points], numeric)
        pairs["count"] = (True, len(theirs) - len(items) in (1, 2, 3))
    return pairs


def attributes(row, line):
    ours = [point.get("attribute", 0) for point in line["points"] for _ in range(point["from"], point["to"] + 1)]
    return (numbers(row, "opcua.AttributeId"), ours)


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    type_ = row["opcua.transport.type"]
    service = number(row, "opcua.servicenodeid.numeric")
    pairs = {"direction": (direction_of(row), line["direction"])}
    if service is None:
        pairs["op"] = (name_of(row, type_), line["op"])
        pairs["opaque"] = (type_ in ENCRYPTED, line.get("opaque", False))
    else:
        pairs["service"] = (service, line["code"])
        pairs["request"] = (number(row, "opcua.security.rqid"), line["request_id"] & 0xffffffff)
        result = number(row, "opcua.ServiceResult") or 0
        pairs["exception"] = (result if result & BAD else None, line.get("exception"))
    if type_ == "ERR":
        pairs["error"] = (number(row, "opcua.transport.error"), line.get("exception"))
    if type_ in ("MSG", "CLO"):
        pairs["channel"] = (number(row, "opcua.transport.scid"), line["request_id"] >> 32)
    if service in ITEMS:
        pairs.update(nodes(row, line, service))
    if service in FILTERED:
        pairs.update(filtered(row, line))
    if service in ITEMS or service in FILTERED:
        pairs["namespaces"] = namespaces(row, line)
    if service in (631, 673):
        pairs["attributes"] = attributes(row, line)
    return pairs
