# SPDX-License-Identifier: Apache-2.0
"""PROFINET DCP: what of a tshark row is compared with what of ours. tshark shows the options that a value lists, or
that a response is about, among those of the blocks."""
LABELS = ["profinet"]
SERVICES = {3: "get", 4: "set", 5: "ident", 6: "hello"}
SUBOPTIONS = ("ip", "device", "dhcp", "control", "deviceinitiative", "all", "manuf")


def is_truth(row):
    return row["proto"] == "pn_dcp"


def is_ours(line):
    return line["protocol"] == "pn_dcp"


def number(row, field):
    value = row.get(field) or ""
    return int(value.split(",")[0], 0) if value else None


def address(text):
    return int.from_bytes(bytes(int(part) for part in text.split(".")), "big")


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    request = number(row, "pn_dcp.service_type") == 0
    options = [int(v, 0) for v in (row.get("pn_dcp.option") or "").split(",") if v]
    errors = [int(v, 0) for v in (row.get("pn_dcp.block_error") or "").split(",") if v]
    names = [point["name"].rstrip("\0") for point in line["points"] if "name" in point]
    shown = (row.get("pn_dcp.suboption_device_nameofstation") or "").rstrip("\0")
    pairs = {
        "service": (SERVICES[number(row, "pn_dcp.service_id")], line["op"].split("_")[0]),
        "code": (number(row, "pn_dcp.service_id"), line["code"]),
        "direction": ("request" if request else "response", line["direction"]),
        "xid": (number(row, "pn_dcp.xid"), line["request_id"]),
        "name": ([shown] if shown else [], names if request or line["op"] != "set" else []),
        "exception": (next((e for e in errors if e), None), line.get("exception")),
    }
    if request:
        pairs["blocks"] = (len(options), len(line["points"]))
    if row.get("pn_dcp.suboption_ip_ip"):
        pairs["ip"] = (address(row["pn_dcp.suboption_ip_ip"]), line["values"][0])
    return pairs
