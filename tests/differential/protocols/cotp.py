# SPDX-License-Identifier: Apache-2.0
"""Connection management of ISO transport: what of a tshark row is compared with what of ours."""
LABELS = ["s7comm", "s7commplus", "mms"]
TYPES = {"0x0e": (0xe0, "request"), "0x0d": (0xd0, "response"), "0x08": (0x80, "request"),
         "0x0c": (0xc0, "response"), "0x07": (0x70, "unsolicited")}


def is_truth(row):
    return row["proto"] == "cotp" and row.get("cotp.type") in TYPES


def is_ours(line):
    """Without what does not parse, and TSDUs of protocols that are not known."""
    return line["protocol"] == "cotp" and "fault" not in line and line["op"] != "unknown"


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    code, direction = TYPES[row["cotp.type"]]
    reference = row["info"].split("src-ref: " if direction == "request" else "dst-ref: ")[1].split()[0]
    tsaps = [row.get(f"cotp.{side}-tsap-bytes", "").replace(":", "") for side in ("src", "dst")]
    return {
        "type": (code, line["code"]),
        "direction": (direction, line["direction"]),
        "reference": (int(reference, 0), line["request_id"]),
        "tsaps": ([tsap for tsap in tsaps if tsap], line.get("values", [])),
    }
