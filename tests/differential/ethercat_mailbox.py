#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets tshark read the mailboxes of the fuzz target's seeds, for the captures beside the repository have uploads of CoE
and EoE only: which service it is, which object, IDN or file, and with which error must be as ours.

usage: ethercat_mailbox.py BULKHEAD_DISSECT

Exit status 77 (skipped) without tshark."""
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

SEEDS = pathlib.Path(__file__).resolve().parents[1] / "fuzz" / "corpus" / "ethercat"
PREFIX = "ecat_mailbox."
FIELDS = ("type", "coe.type", "coe.sdoreq", "coe.sdores", "coe.sdoinfoopcode", "coe.sdoidx", "coe.sdosub", "coe.abortcode",
          "foe_opmode", "foe_filename", "foe_errcode", "soe_opcode", "soe_idn", "soe_error", "eoe.type")
OTHERS = ("ams.cmdid", "ams.errorcode", "_ws.col.Info")
OBJECT, IDN = 2, 3  # spaces of our points
PROGRAMS = (0x1F50, 0x1F51)
AOE = {2: "aoe_read", 3: "aoe_write", 5: "aoe_write_control"}
EOE = {0: "eoe_fragment", 1: "eoe_timestamp", 2: "eoe_init", 3: "eoe_init", 4: "eoe_mac_filter"}
COE = {1: "coe_emergency", 4: "coe_txpdo", 5: "coe_rxpdo", 6: "coe_txpdo_rtr", 7: "coe_rxpdo_rtr"}
ASKED = ("sdo_download_segment", "sdo_initiate_download", "sdo_initiate_upload", "sdo_upload_segment", "sdo_abort_transfer")
ANSWERED = ("sdo_upload_segment", "sdo_download_segment", "sdo_initiate_upload", "sdo_initiate_download")
INFORMATION = {1: "list", 2: "list", 3: "obj", 4: "obj", 5: "entry", 6: "entry", 7: "error"}
FOE = {1: "foe_rrq", 2: "foe_wrq", 3: "foe_data", 4: "foe_ack", 5: "foe_error", 6: "foe_busy"}
SOE = {1: "soe_read", 2: "soe_read", 3: "soe_write", 4: "soe_write", 5: "soe_notification", 6: "soe_emergency"}


def frames():
    """Of the seeds' datagrams (tests/fuzz/inputs.h) Ethernet frames, an answer with the local bit of its source set."""
    for seed in sorted(path for path in SEEDS.iterdir() if path.is_file()):
        data = seed.read_bytes()
        while len(data) >= 3:
            length = data[1] | data[2] << 8
            yield bytes(6) + bytes([2 * (data[0] & 1), 0, 0, 0, 0, 1, 0x88, 0xA4]) + data[3:3 + length]
            data = data[3 + length:]


def write_pcap(path):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for frame in frames():
            out.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)


def name_of(row):
    if row["type"] == 1:
        return AOE[row["ams.cmdid"]]
    if row["type"] == 2:
        return EOE[row["eoe.type"]]
    if row["type"] == 4:
        return FOE[row["foe_opmode"]]
    if row["type"] == 5:
        return SOE[row["soe_opcode"]]
    if row["coe.sdoreq"] is not None:
        program = row["coe.sdoreq"] == 1 and row["coe.sdoidx"] in PROGRAMS
        return "sdo_program_download" if program else ASKED[row["coe.sdoreq"]]
    if row["coe.sdores"] is not None:
        return ANSWERED[row["coe.sdores"]]
    if row["coe.sdoinfoopcode"] is not None:
        return "sdo_info_" + INFORMATION[row["coe.sdoinfoopcode"] & 0x7F]
    return COE[row["coe.type"]]


def error_of(row):
    """Of EoE and SDO information tshark tells none here."""
    return next((row[name] for name in ("coe.abortcode", "foe_errcode", "soe_error", "ams.errorcode") if row[name]), None)


def theirs(path):
    names = [PREFIX + name for name in FIELDS] + list(OTHERS)
    command = ["tshark", "-r", path, "-T", "fields", "-e", "frame.number", "-E", "occurrence=f",
               *(part for name in names for part in ("-e", name))]
    found = {}
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        frame, *values = line.split("\t")
        row = dict(zip((*FIELDS, *OTHERS), values))
        if not row["type"]:
            continue
        file, info = row.pop("foe_filename") or None, row.pop("_ws.col.Info")
        row = {name: int(value, 0) if value else None for name, value in row.items()}
        if row["soe_error"] is not None:  # the field has the IDN, the summary the error
            row["soe_error"] = int(info.split("SoE: Error ")[1][:4], 16)
        if row["type"] not in (1, 2, 3, 4, 5):  # tshark does not read them
            continue
        index = None if row["coe.sdoidx"] is None else row["coe.sdoidx"] << 8 | row["coe.sdosub"]
        found[int(frame)] = (name_of(row), index, row["soe_idn"] if not row["soe_error"] else None, file, error_of(row))
    return found


def within(line, space):
    return next((point["from"] for point in line["points"] if point["space"] == space), None)


def ours(dissect, path):
    out = subprocess.run([dissect, path, "--json"], check=True, capture_output=True, text=True).stdout
    for line in map(json.loads, out.splitlines()):
        idn, index = within(line, IDN), within(line, OBJECT)
        error = line.get("exception") or None
        if line["op"].startswith("sdo_info"):
            index = error = None
        if line["op"].startswith("eoe"):
            error = None
        if line["op"].startswith("soe") and error:
            idn = None
        yield line["frame"], (line["op"], index, None if idn is None else idn & 0xFFFF,
                              next((point["name"] for point in line["points"] if "name" in point), None), error)


def main():
    if shutil.which("tshark") is None:
        print("skipped: no tshark")
        return 77
    with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
        write_pcap(file.name)
        expected, found = theirs(file.name), dict(ours(sys.argv[1], file.name))
    for frame, service in expected.items():
        if found.get(frame) != service:
            sys.exit(f"frame {frame}: tshark reads {service}, we {found.get(frame)}")
    missing = {*AOE.values(), *EOE.values(), *COE.values(), *FOE.values(), *ASKED} - {service[0] for service in expected.values()}
    if missing:
        sys.exit(f"no seed has {sorted(missing)}")
    print(f"tshark reads {len(expected)} mailboxes as we do")
    return 0


if __name__ == "__main__":
    sys.exit(main())
