# SPDX-License-Identifier: Apache-2.0
"""HART-IP: what of a tshark row is compared with what of ours; a row is a message. tshark shows no number of an
extended command (31), which ours is."""
LABELS = ["hartip"]
DIRECTIONS = {0: "request", 1: "response", 2: "unsolicited", 15: "response"}
MESSAGES = {0: "session_initiate", 1: "session_close", 2: "keep_alive"}
EXTENDED = 31
BURST_AND_MASTER = 0xC0


def is_truth(row):
    return row["proto"] == "hart_ip"


def is_ours(line):
    return line["protocol"] == "hart_ip"


def number(row, field):
    value = row.get(field) or ""
    return int(value, 0) if value else None


def devices(line):
    return sorted({point["device"] for point in line["points"]})


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    message = number(row, "hart_ip.message_id")
    pairs = {
        "direction": (DIRECTIONS[number(row, "hart_ip.message_type")], line["direction"]),
        "request_id": (number(row, "hart_ip.transaction_id") | message << 16, line["request_id"] & 0xFFFFFF),
    }
    command = number(row, "hart_ip.pt.command")
    if command is None:
        pairs["name"] = (MESSAGES.get(message), line["op"])
        return pairs
    pairs["code"] = (True, line["code"] > 255) if command == EXTENDED else (command, line["code"])
    if row.get("hart_ip.pt.response_code"):
        code = number(row, "hart_ip.pt.response_code")
        pairs["refusal"] = (code if code not in (0, 8, 14) else None, line.get("exception"))
    if row.get("hart_ip.pt.long_address"):
        address = bytes.fromhex(row["hart_ip.pt.long_address"].replace(":", ""))
        if line["points"]:
            pairs["device"] = ([int.from_bytes(address, "big") & ~(BURST_AND_MASTER << 32)], devices(line))
        pairs["unit"] = (0xFFFFFFFF, line["unit"])
    return pairs
