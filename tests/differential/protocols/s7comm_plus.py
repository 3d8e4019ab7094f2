# SPDX-License-Identifier: Apache-2.0
"""S7comm-plus, which tshark 4.0 does not dissect: what the first 24 bytes of each TSDU say is read
here by itself. In version 3 a digest of 33 bytes is in front of the operation: of those PDUs only
number, place and direction are compared."""
LABELS = ["s7commplus"]
FUNCTIONS = {0x04bb: "explore", 0x04ca: "create_object", 0x04d4: "delete_object", 0x04f2: "set_variable",
             0x0542: "set_multi_variables", 0x054c: "get_multi_variables", 0x0586: "get_var_sub_streamed"}
OPCODES = {0x31: "request", 0x32: "response", 0x02: "response", 0x33: "unsolicited"}


def is_truth(row):
    return row["proto"] == "cotp" and (row.get("data_head") or "").startswith("72")


def is_ours(line):
    """What does not parse is missing here, and is among the faults that s7comm.py looks at."""
    return line["protocol"] == "s7comm_plus"


def compared(row, line):
    """Of each field that both tell: (expected, ours)."""
    head = bytes.fromhex(row["data_head"])
    version, data = head[1], head[4:]
    if version == 0xfe:
        return {"name": ("system_event", line["op"])}
    if version == 3:
        asks = row["dport"] == "102"
        return {"asks": (asks, line["direction"] == "request")}
    opcode = data[0]
    pairs = {"direction": (OPCODES.get(opcode), line["direction"])}
    if opcode == 0x33:
        pairs["subscription"] = (int.from_bytes(data[1:5], "big"), line["points"][0]["from"])
        return pairs
    function = int.from_bytes(data[3:5], "big")
    pairs["function"] = (function, line["code"])
    pairs["name"] = (FUNCTIONS.get(function), line["op"])
    pairs["sequence"] = (int.from_bytes(data[7:9], "big"), line["request_id"])
    if opcode == 0x31:
        pairs["session"] = (int.from_bytes(data[9:13], "big"), line.get("from_unit", 0))
    if opcode == 0x31 and function in (0x04ca, 0x04d4, 0x04f2, 0x0586):
        pairs["object"] = (int.from_bytes(data[14:18], "big"), line["points"][0]["from"])
    if opcode == 0x31 and function in (0x0542, 0x054c):
        link, items = int.from_bytes(data[14:18], "big"), data[18]
        pairs["items"] = (items, len(line["points"]))
        if link:
            pairs["object"] = (link, line["points"][0]["from"])
    return pairs
