# SPDX-License-Identifier: Apache-2.0
"""PROFINET real-time frames but DCP: what of a tshark row is compared with what of ours."""
LABELS = ["profinet"]


def is_truth(row):
    return row["proto"] in ("pn_rt", "pn_ptcp") or (row["proto"] == "pn_io" and bool(row.get("pn_rt.frame_id"))
                                                    and not row.get("dcerpc.pkt_type"))


def is_ours(line):
    return line["protocol"] == "pn_rt"


def expected_name(frame_id):
    for first, last, name in ((0x100, 0xFFF, "rtc3"), (0x8000, 0xBFFF, "rtc1"), (0xC000, 0xFBFF, "rtc1_legacy")):
        if first <= frame_id <= last:
            return name
    return "ptcp" if frame_id >> 8 in (0, 0xFF) else None


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    frame_id = int(row["pn_rt.frame_id"], 0)
    pairs = {
        "frame_id": (frame_id, line["unit"]),
        "direction": ("unsolicited", line["direction"]),
        "name": (expected_name(frame_id), line["op"]),
    }
    if row.get("pn_rt.cycle_counter"):
        pairs["cycle"] = (int(row["pn_rt.cycle_counter"], 0), line["request_id"])
    return pairs
