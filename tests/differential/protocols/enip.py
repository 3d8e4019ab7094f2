# SPDX-License-Identifier: Apache-2.0
"""EtherNet/IP and CIP: what of a tshark row is compared with what of ours; a row is a message, which
is expanded to each of its requests or responses."""
LABELS = ["enip"]
UNCONNECTED_SEND = 0x52


def values(row, field):
    return (row.get(field) or "").split(",") if row.get(field) else []


def numbers(row, field):
    return [int(v, 0) for v in values(row, field)]


def is_truth(row):
    return row["proto"] in ("enip", "cip", "cippccc", "cipio", "cipcm")


def is_ours(line):
    return line["protocol"] in ("enip", "cip")


def routed(services, answers):
    """Of a routed request the one inside is the operation, and its answer comes without the outside."""
    return len(services) > 1 and services[0] == UNCONNECTED_SEND and not answers


def expand(row):
    services, answers = numbers(row, "cip.sc"), any(numbers(row, "cip.rr"))
    if not services:
        return [row]
    if routed(services, answers):
        services = services[1:]
    classes, statuses = numbers(row, "cip.class"), numbers(row, "cip.genstat")
    parts = []
    for i, service in enumerate(services):
        part = dict(row, service=service, answers=answers, classes=[], status=None, alone=len(services) == 1)
        if len(services) == 1 and not row.get("cip.symbol"):
            part["classes"] = classes  # those of the connection's path and of paths in answers, too
        elif len(classes) == len(services) and not answers:
            part["classes"] = [classes[i]]
        if len(statuses) == len(services):
            part["status"] = statuses[i]
        parts.append(part)
    return parts


def points_of(line, kind):
    return [p for p in line["points"] if p["type"] == kind]


def pccc(row, line):
    """Command and function; of answers whether the PLC refused."""
    if row["answers"]:
        return {"refused": (any(numbers(row, "cip.pccc.gs.status")), "exception" in line)}
    functions = [v for field in row if str(field).startswith("cip.pccc.fnc") for v in numbers(row, field)]
    command = numbers(row, "cip.pccc.cmd.code")[0] & 0x0F
    return {"pccc": ((command, functions[0] if functions else 0), (line["code"], line.get("sub", 0)))}


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    if row["proto"] == "cipio":
        connection = numbers(row, "enip.cpf.sai.connid")
        return {"connection": (connection, [line["request_id"] >> 32]), "op": ("io_data", line["op"])}
    if "service" not in row:
        return {"command": (numbers(row, "enip.command"), [line["code"]]),
                "direction": ("response" if row["sport"] == "44818" else "request", line["direction"])}
    pairs = {"direction": ("response" if row["answers"] else "request", line["direction"])}
    if row["proto"] == "cippccc":
        return pairs | pccc(row, line)
    pairs["service"] = (row["service"], line["code"] & 0xFF)
    if row["classes"] and line["points"] and "class" in line["points"][-1]:
        mine = line["points"][-1]["class"]
        pairs["class"] = (mine if mine in row["classes"] else row["classes"], mine)
    if row["alone"] and not row["answers"] and row.get("cip.symbol"):
        tags = points_of(line, "tag")
        pairs["tag"] = (row["cip.symbol"].split(",")[0], tags[0]["name"].split(".")[0].split("[")[0] if tags else None)
    if row["answers"] and row["status"] is not None:
        failed = row["status"] if row["status"] not in (0, 6) else None
        mine = line.get("exception")
        pairs["status"] = (failed, mine & 0xFF if mine is not None else None)
    return pairs
