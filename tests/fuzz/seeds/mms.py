#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the fuzz targets mms, goose and sv into tests/fuzz/corpus/. Run it again after
a change here; found crashes are added by hand beside its files and are not touched."""
import pathlib
import struct

CORPUS = pathlib.Path(__file__).resolve().parents[1] / "corpus"


def tlv(tag, content=b"", indefinite=False):
    head = bytes([tag]) if tag < 256 else tag.to_bytes(2, "big")
    if indefinite:
        return head + b"\x80" + content + b"\x00\x00"
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + struct.pack(">H", len(content))
    return head + length + content


def user_data(context, value, indefinite=False):
    return tlv(0x61, tlv(0x30, tlv(2, bytes([context])) + tlv(0xA0, value, indefinite), indefinite), indefinite)


def data(pdu, indefinite=False):
    return b"\x01\x00\x01\x00" + user_data(3, pdu, indefinite)


def spdu(kind, presentation):
    parameter = b"\xc1" + bytes([len(presentation)]) + presentation
    return bytes([kind, len(parameter)]) + parameter


def request(service):
    return data(tlv(0xA0, tlv(2, b"\x07") + service))


def response(service):
    return data(tlv(0xA1, tlv(2, b"\x07") + service))


def named(item, domain="LD"):
    return tlv(0xA1, tlv(0x1A, domain.encode()) + tlv(0x1A, item.encode()))


def variable(item):
    return tlv(0x30, tlv(0xA0, named(item)))


def write(item, value):
    return request(tlv(0xA5, tlv(0xA0, variable(item)) + tlv(0xA0, value)))


TRUE = tlv(0x83, b"\x01")
BER = bytes.fromhex("06025101")
CONTEXTS = tlv(0xA4, tlv(0x30, bytes.fromhex("020101060452010001") + tlv(0x30, BER)) +
               tlv(0x30, bytes.fromhex("020103060528ca220201") + tlv(0x30, BER)))
RESULTS = tlv(0xA5, tlv(0x30, bytes.fromhex("80010081025101")) * 2)
MODE = tlv(0xA0, bytes.fromhex("800101"))
INITIATE = bytes.fromhex("80027d0081010582010583010a")


def association(acse, fields, pdu):
    external = tlv(0x28, tlv(2, b"\x03") + tlv(0xA0, pdu))
    return tlv(0x31, MODE + tlv(0xA2, fields + user_data(1, tlv(acse, tlv(0xBE, external)))))


CONNECT = spdu(13, association(0x60, CONTEXTS, tlv(0xA8, INITIATE)))
ACCEPT = spdu(14, association(0x61, RESULTS, tlv(0xA9, INITIATE)))
OPER = tlv(0xA2, TRUE + tlv(0xA2, tlv(0x85, b"\x02") + tlv(0x89, b"")) + tlv(0x86, b"\x01") + tlv(0x91, bytes(8)) +
           tlv(0x83, b"\x00") + tlv(0x84, b"\x06\x00"))
READ = request(tlv(0xA4, tlv(0xA1, tlv(0xA0, variable("MMXU1$MX$TotW") + variable("CSWI1$ST$Pos")))))
VALUES = tlv(0x87, b"\x08\x3f\x80\x00\x00") + tlv(0x80, b"\x0a")
ERROR = tlv(0xA0, tlv(0x87, b"\x03"))

TSDUS = {
    "read": READ,
    "read_list": request(tlv(0xA4, tlv(0xA1, tlv(0xA1, named("LLN0$ds"))))),
    "select": request(tlv(0xA4, tlv(0xA1, tlv(0xA0, variable("CSWI1$CO$Pos$SBO"))))),
    "write": write("LLN0$SP$X$setVal", tlv(0x85, b"\x05")),
    "operate": write("CSWI1$CO$Pos$Oper", OPER),
    "address": request(tlv(0xA5, tlv(0xA0, tlv(0x30, tlv(0xA1, tlv(0x80, b"\x05")))) + tlv(0xA0, TRUE))),
    "indefinite": data(tlv(0xA0, tlv(2, b"\x07") + tlv(0xA5, tlv(0xA0, variable("A$CO$B$Oper"), True) + tlv(
        0xA0, TRUE, True), True), True), True),
    "name_list": request(tlv(0xA1, tlv(0xA0, tlv(0x80, b"\x09")) + tlv(0xA1, tlv(0x81, b"LD")))),
    "attributes": request(tlv(0xA6, tlv(0xA0, named("LLN0")))),
    "define_list": request(tlv(0xAB, named("LLN0$ds") + tlv(0xA0, variable("A")))),
    "delete_list": request(tlv(0xAD, tlv(0xA1, named("LLN0$ds")))),
    "download": request(tlv(0xBA, tlv(0x80, b"D") + tlv(0xA1) + tlv(0x82, b"\x00"))),
    "start": request(tlv(0xBF28, tlv(0x80, b"P"))),
    "obtain": request(tlv(0xBF2E, tlv(0xA1, tlv(0x19, b"a")) + tlv(0xA2, tlv(0x19, b"b")))),
    "journal": request(tlv(0xBF41, tlv(0xA0, named("J")))),
    "directory": request(tlv(0xBF4D, tlv(0xA0, tlv(0x19, b"dir")))),
    "alarms": request(tlv(0x9F3F)),
    "report": data(tlv(0xA3, tlv(0xA0, tlv(0xA1, tlv(0x80, b"RPT")) + tlv(0xA0, VALUES)))),
    "reject": data(tlv(0xA4, tlv(0x80, b"\x07") + tlv(0x81, b"\x01"))),
    "connect": CONNECT,
    "release": spdu(9, user_data(1, tlv(0x62, tlv(0x80, b"\x00")))),
    "abort": spdu(25, tlv(0xA0, user_data(1, tlv(0x64, tlv(0x80, b"\x00"))))),
    "plain": tlv(0xA8, INITIATE),
}
TALKS = {
    "associate": [(0, CONNECT), (1, ACCEPT), (0, READ), (1, response(tlv(0xA4, tlv(0xA1, VALUES)))), (0, data(b"\x8b\x00"))],
    "control": [(0, TSDUS["operate"]), (1, response(tlv(0xA5, tlv(0x81)))), (0, TSDUS["operate"]),
                (1, response(tlv(0xA5, tlv(0x80, b"\x03"))))],
    "errors": [(0, TSDUS["start"]), (1, data(tlv(0xA2, tlv(0x80, b"\x07") + tlv(0xA2, ERROR)))), (0, data(b"\x85\x01\x07")),
               (1, data(tlv(0xA7, tlv(0x80, b"\x07") + tlv(0xA1, ERROR)))), (0, data(b"\x8b\x00")), (1, data(tlv(0xAD, ERROR)))],
    "list": [(0, request(tlv(0xAC, named("ds")))), (1, response(tlv(0xAC, tlv(0x80, b"\x00") + tlv(0xA1, variable("A")))))],
}


def goose(members=tlv(0x83, b"\x01") + tlv(0x84, b"\x03\x00\x00"), entries=2, more=b"", gone=()):
    fields = [(0x80, b"LD/LLN0$GO$gcb"), (0x81, b"\x07\xd0"), (0x82, b"LD/LLN0$ds"), (0x83, b"id"), (0x84, bytes(8)),
              (0x85, b"\x03"), (0x86, b"\x09"), (0x87, b"\x00"), (0x88, b"\x01"), (0x89, b"\x00"), (0x8A, bytes([entries]))]
    return tlv(0x61, b"".join(tlv(*f) for f in fields if f[0] not in gone) + tlv(0xAB, members) + more)


def asdu(more=b""):
    return tlv(0x30, tlv(0x80, b"MU1") + tlv(0x82, b"\x01\x18") + tlv(0x83, b"\0\0\0\1") + tlv(0x85, b"\x02") + tlv(
        0x87, bytes(range(16))) + more)


def link(pdu, reserved=0):
    return struct.pack(">HHHH", 1, len(pdu) + 8, reserved, 0) + pdu


GOOSE = {"publication": link(goose()), "simulated": link(goose(), 0x8000), "few_fields": link(goose(gone=(0x83, 0x87, 0x89))),
         "structures": link(goose(tlv(0xA2, tlv(0xA2, TRUE)) + tlv(0x87, b"\x08\x3f\x80\x00\x00"))), "padded": link(goose()) + bytes(9),
         "security": link(goose(more=tlv(0x8C, b"\x01"))), "management": link(tlv(0x60, tlv(0x80, b"\x01")))}
SV = {"one": link(tlv(0x60, tlv(0x80, b"\x01") + tlv(0xA2, asdu()))),
      "two": link(tlv(0x60, tlv(0x80, b"\x02") + tlv(0xA2, asdu() + asdu(tlv(0x88, b"\0\1")))), 0x8000),
      "indefinite": link(tlv(0x60, tlv(0x80, b"\x01") + tlv(0xA2, asdu(), True), True)), "unknown": link(tlv(0x61))}


def save(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


for name, tsdu in TSDUS.items():
    save("mms", name, b"\x08" + tsdu)
for name, talk in TALKS.items():
    save("mms", "talk_" + name, b"\x01" + b"".join(struct.pack("<BH", side, len(t)) + t for side, t in talk))
for target, seeds in (("goose", GOOSE), ("sv", SV)):
    for name, frame in seeds.items():
        save(target, name, struct.pack("<BH", 0, len(frame)) + frame)
