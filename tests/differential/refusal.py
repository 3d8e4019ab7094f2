#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What tshark reads in our refusals. TAP, a line a case of refusals.yaml: the frames that were said,
the last of which is refused, and the fields that the refusal has in tshark's reading.

Usage: refusal.py REFUSAL_PROGRAM"""
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
PORTS = {"modbus": 502, "iso": 102, "bacnet": 47808, "dnp3": 20000, "iec104": 2404, "opcua": 4840, "mqtt": 1883}
OVER_UDP = {"bacnet"}
CLIENT, SERVER, RAW_IP = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]), 101
CLIENT_PORT = 50000


def packets(protocol, said):
    """IPv4 packets of a conversation of (by the opener?, bytes)."""
    sent = {True: 1000, False: 5000}
    for opener, content in said:
        ports = (CLIENT_PORT, PORTS[protocol]) if opener else (PORTS[protocol], CLIENT_PORT)
        ends = (CLIENT, SERVER) if opener else (SERVER, CLIENT)
        if protocol in OVER_UDP:
            transport, number = struct.pack(">HHHH", *ports, 8 + len(content), 0), 17
        else:
            transport = struct.pack(">HHIIBBHHH", *ports, sent[opener], sent[not opener], 0x50, 0x18, 8192, 0, 0)
            number = 6
        sent[opener] += len(content)
        body = transport + content
        yield struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, number, 0) + ends[0] + ends[1] + body


def write_capture(path, protocol, said):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IP))
        for second, packet in enumerate(packets(protocol, said)):
            file.write(struct.pack("<IIII", second, 0, len(packet), len(packet)) + packet)


def frames_of(case):
    for line in case["said"]:
        yield line[0] == ">", bytes.fromhex(line[1:].replace(" ", ""))


def refusal_of(program, case):
    """The bytes that the program refuses the last frame with, and what it complains of."""
    said = [f"{'>' if opener else '<'} {content.hex()}" for opener, content in frames_of(case)]
    text = "\n".join([case["protocol"], *said, "!"]) + "\n"
    output = subprocess.run([program], input=text, check=False, capture_output=True, text=True)
    return bytes.fromhex(output.stdout.strip()), output.stderr.strip()


def read_by_tshark(case, refusal, fields):
    """The fields of the last packet, and whether tshark finds fault with it."""
    said = list(frames_of(case))
    said.append((not said[-1][0], refusal))
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder) / "refusal.pcap"
        write_capture(capture, case["protocol"], said)
        wanted = [part for name in [*fields, "_ws.malformed", "_ws.expert.severity"] for part in ("-e", name)]
        output = subprocess.run(["tshark", "-r", capture, "-T", "fields", "-E", "separator=|", *case.get("options", []), *wanted],
                                check=True, capture_output=True, text=True).stdout
    *values, malformed, severity = output.splitlines()[-1].split("|")
    errors = [s for s in severity.split(",") if s and int(s) >= 0x800000]
    return dict(zip(fields, values)), malformed or " ".join(errors)


def judge(program, case):
    """What is wrong, in words."""
    refusal, complaint = refusal_of(program, case)
    if not refusal:
        return [f"no refusal {complaint}"]
    expected = {name: str(value) for name, value in case["tshark"].items()}
    read, malformed = read_by_tshark(case, refusal, list(expected))
    wrong = [f"{name} is {read[name]!r}, not {value!r}" for name, value in expected.items() if read[name] != value]
    wrong += [f"tshark finds fault: {malformed}"] if malformed and not case.get("tolerate") else []
    return wrong + [f"refusal {refusal.hex()}"] if wrong else []


def main():
    cases = yaml.safe_load((HERE / "refusals.yaml").read_text())
    if shutil.which("tshark") is None:
        print("1..0 # SKIP no tshark")
        return 0
    print(f"1..{len(cases)}")
    failed = 0
    for number, case in enumerate(cases, 1):
        wrong = judge(sys.argv[1], case)
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - tshark reads the refusal: {case['name']}")
        for line in wrong:
            print(f"# {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
