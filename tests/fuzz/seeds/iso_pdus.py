# SPDX-License-Identifier: Apache-2.0
"""PDUs over ISO transport by hand, for the seeds of its fuzz targets."""
import pathlib
import struct

CORPUS = pathlib.Path(__file__).resolve().parents[1] / "corpus"


def save(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(bytes(data))


def be16(value):
    return struct.pack("!H", value)


def be32(value):
    return struct.pack("!I", value)


def tpkt(tpdu):
    return b"\x03\x00" + be16(len(tpdu) + 4) + tpdu


def data(tsdu, last=True):
    return tpkt(b"\x02\xf0" + (b"\x80" if last else b"\x00") + tsdu)


def connect(kind, source, destination, called=b"\x03\x02"):
    body = bytes([kind]) + be16(destination) + be16(source) + b"\x00\xc0\x01\x0a\xc1\x02\x01\x00\xc2"
    body += bytes([len(called)]) + called
    return tpkt(bytes([len(body)]) + body)


# S7comm.

def job(parameters, content=b"", reference=1):
    return b"\x32\x01\x00\x00" + be16(reference) + be16(len(parameters)) + be16(len(content)) + parameters + content


def ack(parameters, content=b"", error=0, reference=1):
    return (b"\x32\x03\x00\x00" + be16(reference) + be16(len(parameters)) + be16(len(content)) + be16(error) +
            parameters + content)


def anything(size, count, db, area, address):
    return b"\x12\x0a\x10" + bytes([size]) + be16(count) + be16(db) + bytes([area]) + address.to_bytes(3, "big")


def userdata(kind, group, sub, payload=b"", error=0):
    content = b"\xff\x09" + be16(len(payload)) + payload if payload else b"\x0a\x00\x00\x00"
    if kind == 4:
        parameters = b"\x00\x01\x12\x04\x11" + bytes([kind << 4 | group, sub, 0])
    else:
        parameters = b"\x00\x01\x12\x08\x12" + bytes([kind << 4 | group, sub, 1, 0, 0]) + be16(error)
    return b"\x32\x07\x00\x00\x00\x01" + be16(len(parameters)) + be16(len(content)) + parameters + content


def pi_service(argument, service):
    return job(b"\x28\x00\x00\x00\x00\x00\x00\xfd" + be16(len(argument)) + argument + bytes([len(service)]) + service)


def file_job(function, name, more=b""):
    return job(bytes([function]) + bytes(7) + bytes([len(name)]) + name + more)


# S7comm-plus.

def part(version, body, last=True):
    return b"\x72" + bytes([version]) + be16(len(body)) + body + (b"\x72" + bytes([version, 0, 0]) if last else b"")


def request(function, more, session=0x3b5, sequence=5):
    return b"\x31\x00\x00" + be16(function) + b"\x00\x00" + be16(sequence) + be32(session) + b"\x34" + more


def response(function, more, sequence=5):
    return b"\x32\x00\x00" + be16(function) + b"\x00\x00" + be16(sequence) + b"\x34" + more
