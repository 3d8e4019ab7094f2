# SPDX-License-Identifier: Apache-2.0
"""MQTT: what of a tshark row is compared with what of ours."""
LABELS = ["mqtt"]


def is_truth(row):
    return row["proto"] == "mqtt"


def is_ours(line):
    return line["protocol"] == "mqtt"


def number(row, field):
    value = row.get(field) or ""
    return int(value, 0) if value else None


def shown(point):
    return "$share/" + point["scope"] + "/" + point["name"] if "scope" in point else point["name"]


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    packet = number(row, "mqtt.msgtype")
    pairs = {
        "type": (packet, line["code"]),
        "identifier": (number(row, "mqtt.msgid") or 0, line["request_id"] & 0xFFFF),
        "from_broker": (packet in (2, 9, 11, 13), packet in (2, 9, 11, 13) and line["direction"] == "response"),
    }
    if packet in (3, 8, 10):
        pairs["topics"] = (row.get("mqtt.topic") or "", ",".join(shown(p) for p in line["points"]))
        from_broker = row["sport"] == "1883"
        pairs["direction"] = ("unsolicited" if packet == 3 and from_broker else "request", line["direction"])
    if row.get("mqtt.conack.val"):
        pairs["refusal"] = (number(row, "mqtt.conack.val"), line.get("exception", 0))
    return pairs
