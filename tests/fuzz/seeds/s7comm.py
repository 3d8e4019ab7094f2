#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the fuzz targets iso, s7comm and s7comm_plus into tests/fuzz/corpus/. Run it
again after a change here; found crashes are added by hand beside its files and are not touched."""
from iso_pdus import (ack, anything, be16, be32, connect, data, file_job, job, part, pi_service, request, response,
                      save, userdata)

DB = anything(4, 3, 7, 0x84, 80)
BLOCK = b"\x01\x000A00001P"
VARIABLES = b"\x00\x02\x01\x06\x00\x00\x00\x00\x70\x03\x00\x09\x00\x01"


def tis(content):
    return be16(2) + be16(len(content)) + b"\x00\x00" + content


ASKED = {
    "read": job(b"\x04\x03" + DB + anything(29, 2, 0, 0x1d, 5) + anything(1, 1, 0, 0x83, 13)),
    "write": job(b"\x05\x02" + anything(5, 1, 1, 0x84, 0) + anything(1, 1, 0, 0x82, 3),
                 b"\x00\x04\x00\x10\x01\x02\x00\x03\x00\x01\x01"),
    "syntaxes": job(b"\x04\x04" + b"\x12\x07\xb0\x01\x04\x00\x09\x00\x02\x00" +
                    b"\x12\x0e\xb2\xff\x8a\x0e\x00\x05\xde\xad\xbe\xef\x01\x00\x00\x02" +
                    b"\x12\x08\x82\x41\x00\x03\x00\x0a\x7f\x02" + b"\x12\x0a\xa2\x00\x00\x00\x00\x00\x01\x02\x00\x03"),
    "setup": job(b"\xf0\x00\x00\x01\x00\x01\x01\xe0"),
    "download": file_job(0x1a, b"_0A00127P", b"\x0d1000170000098"),
    "download_block": file_job(0x1b, b"_0A00127P"),
    "download_ended": file_job(0x1c, b"_0A00127P"),
    "start_upload": file_job(0x1d, b"_0800001A"),
    "upload": job(b"\x1e" + bytes(6) + b"\x07"),
    "insert": pi_service(BLOCK, b"_INSE"),
    "start": pi_service(b"", b"P_PROGRAM"),
    "stop": job(b"\x29\x00\x00\x00\x00\x00\x09P_PROGRAM"),
    "szl": userdata(4, 4, 1, b"\x04\x24\x00\x00"),
    "cyclic": userdata(4, 2, 1, b"\x00\x01\x01\x01" + DB),
    "variable_status": userdata(4, 1, 2, tis(VARIABLES)),
    "force": userdata(4, 1, 9, tis(VARIABLES + b"\xff\x04\x00\x08\x01")),
    "enable_job": userdata(4, 1, 14, tis(b"\x08\x01")),
    "delete_job": userdata(4, 1, 15, tis(b"\x00\x01\x09\x01")),
    "block_info": userdata(4, 3, 3, b"0800001A"),
    "blocks_of_type": userdata(4, 3, 2, b"0A"),
}
ANSWERED = {
    "read_answer": ack(b"\x04\x02", b"\xff\x05\x00\x10\x00\x09\x0a\x00\x00\x00"),
    "write_answer": ack(b"\x05\x02", b"\xff\x05"),
    "block_answer": ack(b"\x1b\x00", b"\x00\x02\x00\xfb\x70\x70"),
    "refusal": b"\x32\x02\x00\x00\x00\x01\x00\x00\x00\x00\xd2\x41",
    "userdata_answer": userdata(8, 1, 13, error=0xd0a5),
    "push": userdata(0, 4, 3, b"\x43\x04\xff\x84"),
    "mode": b"\x32\x07\x00\x00\x00\x00\x00\x08\x00\x00\x01\x00\x10\x10\x00\x00\x02\x00",
}
PLUS = {
    "explore": (0, request(0x04bb, be32(3) + b"\x00\x00")),
    "create": (0, request(0x04ca, be32(285) + b"\x00\x04\x00" + be32(0) + b"\xa1" + be32(211) + b"\x82\x1f\x00\x00")),
    "delete": (0, request(0x04d4, be32(0x3b5))),
    "set_variable": (0, request(0x04f2, be32(0x30) + b"\x01\x92\x75\x00\x04\x00")),
    "get_multi": (2, request(0x054c, be32(0) + b"\x01\x05\x00\x52\x02\x9d\x18\x07")),
    "set_multi": (4, request(0x0542, be32(0) + b"\x01\x07\x8b\x96\x8e\x8c\x65\x88\xd0\xb8\x80\x01\x01\x0a\x00\x04\x01")),
    "set_attributes": (2, request(0x0542, be32(0x3b5) + b"\x02\x02\x82\x32\x8e\x26")),
    "answer": (1, response(0x054c, b"\x00\x01\x00\x04\x01")),
    "refusal": (3, response(0x04d4, b"\x83\xff\x74")),
    "notification": (1, b"\x33" + be32(0x70000e51) + b"\x04\x00\x00\x00")}
CONNECT = connect(0xe0, 6, 0) + connect(0xd0, 9, 6)
TALKS = {
    "connect": (0b10, CONNECT),
    "read": (0b1010, CONNECT + data(ASKED["read"]) + data(ANSWERED["read_answer"])),
    "fragments": (0b1010, CONNECT + data(ASKED["write"][:9], False) + data(b"", False) + data(ASKED["write"][9:])),
    "turns": (0b10, CONNECT + data(part(2, PLUS["explore"][1])) + data(ASKED["read"]) + data(b"\x72\xff\x01\x00")),
    "parts": (0b10, CONNECT + data(part(3, b"\x20" + bytes(32) + PLUS["get_multi"][1][:12], False)) +
              data(part(3, b"\x20" + bytes(32) + PLUS["get_multi"][1][12:]))),
    "tls": (0b10, CONNECT + data(b"\x16\x03\x01\x00\x08\x01\x00\x00") + data(b"\x32\x03\x03\x00\x01") +
            data(b"\x17\x03\x03\x00\x01\x00")),
    "disconnect": (0b10, CONNECT + b"\x03\x00\x00\x0b\x06\x80\x00\x09\x00\x06\x00"),
    "session": (0b10, CONNECT + data(b"\x0d\x06\x05\x06\x13\x01\x00\x16")),
}

for name, pdu in ASKED.items():
    save("s7comm", name, b"\x00" + pdu)
for name, pdu in ANSWERED.items():
    save("s7comm", name, b"\x01" + pdu)
for name, (side, body) in PLUS.items():
    save("s7comm_plus", name, bytes([side, 7]) + body)
for name, (turns, stream) in TALKS.items():
    save("iso", name, bytes([turns]) + stream)
