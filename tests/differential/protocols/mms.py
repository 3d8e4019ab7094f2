# SPDX-License-Identifier: Apache-2.0
"""MMS: what of a tshark row is compared with what of ours. Of a TSDU that carries no MMS tshark has
no row of MMS, and ours is one of ACSE or session: neither is looked at here."""
LABELS = ["mms", "goose"]

# PDUs of tshark that name no service: (our code, direction). A refusal is a response.
PDUS = {"reject": (4, "response"), "cancel_Request": (5, "request"), "cancel_Response": (5, "response"),
        "cancel_Error": (5, "response"), "initiate_Request": (8, "request"), "initiate_Response": (8, "response"),
        "initiate_Error": (8, "response"), "conclude_Request": (11, "request"),
        "conclude_Response": (11, "response"), "conclude_Error": (11, "response")}
SPACE_OF_ACSE = 3
# Answers in which we tell variables; in others tshark's names are of no interest to a rule.
NAMING_ANSWERS = {12}
SERVICES = {1: "get_name_list", 2: "identify", 4: "read", 5: "write", 6: "get_variable_access_attributes",
            12: "get_named_variable_list_attributes", 19: "take_control", 20: "relinquish_control",
            29: "initiate_upload_sequence", 31: "terminate_upload_sequence", 40: "start", 41: "stop", 42: "resume",
            43: "reset", 63: "get_alarm_summary"}
CONTROL = {"operate", "select_with_value", "cancel_control", "select"}


def is_truth(row):
    return row["proto"] == "mms"


def is_ours(line):
    """And what does not parse, for a fault of a TSDU is told as the connection's."""
    if line["protocol"] == "cotp":
        return "fault" in line
    return line["protocol"] == "mms" and line["op"] not in ("aarq", "aare", "rlrq", "rlre", "abrt", "finish",
                                                           "disconnect", "abort", "refuse", "connect", "accept")


def number(row, field):
    return int(row[field].split(",")[0], 0) if row.get(field) else None


def expected(row):
    """(code, direction)"""
    pdu = row["mms.pdu"].removesuffix("PDU").rstrip("_")
    if pdu == "confirmed_Request":
        return number(row, "mms.confirmedServiceRequest"), "request"
    if pdu == "confirmed_Response":
        return number(row, "mms.confirmedServiceResponse"), "response"
    if pdu == "unconfirmed":
        return 0, "unsolicited"
    return PDUS[pdu]


def split(text):
    return [part for part in (text or "").split(",") if part]


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    code, direction = expected(row)
    pairs = {"direction": (direction, line["direction"]), "code": (code, line["code"])}
    if number(row, "mms.invokeID") is not None:
        pairs["invoke_id"] = (number(row, "mms.invokeID"), line["request_id"])
        if code in SERVICES and line["op"] not in CONTROL:
            pairs["name"] = (SERVICES[code], line["op"])
    if direction == "request" or code in NAMING_ANSWERS and direction == "response":
        named = [(p.get("scope"), p.get("name")) for p in line["points"] if p.get("scope")]
        pairs["domains"] = (split(row.get("mms.domainId")), [scope for scope, _ in named])
        pairs["items"] = (split(row.get("mms.itemId")), [name for _, name in named])
    return pairs
