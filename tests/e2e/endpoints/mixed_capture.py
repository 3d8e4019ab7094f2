# SPDX-License-Identifier: Apache-2.0
"""mixed_capture.py FILE MAC: a capture of a plant's good and bad traffic, sent to a gateway with that MAC.

One segment with an HMI, a PLC and a laptop: polls, writes within and outside of limits, many ADUs in a segment
and one in many, scans, forged addresses, connections without a SYN, ARP and broken headers. Made by seed: the
same every time. No fragments: the kernel keeps those from a packet socket with several readers to put them together."""
import random
import struct
import sys

from scapy.all import ARP, ICMP, IP, TCP, UDP, Dot1Q, Ether, IPv6, Raw, wrpcap

PATH, GATEWAY = sys.argv[1:]
ASSETS = {"hmi": ("10.20.0.11", "02:00:00:00:00:11"), "plc": ("10.20.0.70", "02:00:00:00:00:70"),
          "laptop": ("10.20.0.66", "02:00:00:00:00:66"), "stranger": ("10.20.0.99", "02:00:00:00:00:99")}
dice = random.Random(7)
frames = []


def send(who, to, layers, mac=None):
    frames.append(Ether(src=mac or ASSETS[who][1], dst=GATEWAY) / IP(src=ASSETS[who][0], dst=ASSETS[to][0]) / layers)


def adu(pdu, transaction, unit=1):
    return struct.pack(">HHHB", transaction, 0, len(pdu) + 1, unit) + pdu


class Session:
    def __init__(self, client, server, port, syn=True):
        self.client, self.server, self.port = client, server, port
        self.sport = dice.randrange(20000, 60000)
        self.seq = {client: dice.randrange(1 << 32), server: dice.randrange(1 << 32)}
        self.transaction = 0
        if syn:
            self.segment(client, "S")
            self.segment(server, "SA")
            self.segment(client, "A")

    def segment(self, who, flags, data=b""):
        to = self.server if who == self.client else self.client
        ports = (self.sport, self.port) if who == self.client else (self.port, self.sport)
        tcp = TCP(sport=ports[0], dport=ports[1], flags=flags, seq=self.seq[who],
                  ack=self.seq[to] if "A" in flags else 0)
        send(who, to, tcp / Raw(data) if data else tcp)
        self.seq[who] = (self.seq[who] + len(data) + ("S" in flags) + ("F" in flags)) & 0xFFFFFFFF

    def ask(self, *pdus, cut=None):
        data = b""
        for pdu in pdus:
            self.transaction += 1
            data += adu(pdu, self.transaction)
        for piece in (data[:cut], data[cut:]) if cut else (data,):
            self.segment(self.client, "PA", piece)

    def answer(self, pdu):
        self.segment(self.server, "PA", adu(pdu, self.transaction))

    def end(self):
        self.segment(self.client, "FA")
        self.segment(self.server, "FA")
        self.segment(self.client, "A")


def read(first, count):
    return struct.pack(">BHH", 3, first, count)


def answer(count):
    return struct.pack(">BB", 3, 2 * count) + bytes(2 * count)


def write(point, value):
    return struct.pack(">BHH", 6, point, value)


for _ in range(20):  # polling, cut and coalesced
    session = Session("hmi", "plc", 502)
    for _ in range(dice.randrange(1, 6)):
        count = dice.randrange(1, 20)
        session.ask(read(dice.randrange(180), count), cut=dice.choice([None, 3, 7, 11]))
        session.answer(answer(count))
    session.ask(read(1, 1), read(2, 1))
    session.end()
for point, value in ((110, 1500), (110, 1501), (150, 1), (99, 1), (119, 0)):  # writes
    session = Session("hmi", "plc", 502)
    session.ask(write(point, value))
    session.ask(read(1, 1))
for client, server, port in (("laptop", "plc", 502), ("plc", "hmi", 502), ("hmi", "plc", 80), ("stranger", "plc", 502),
                             ("hmi", "stranger", 502)):  # no relationship, no identity
    Session(client, server, port)
for port in (22, 80, 102, 502, 44818):
    send("laptop", "plc", TCP(sport=4444, dport=port, flags="S"))
    send("laptop", "plc", UDP(sport=4444, dport=port) / Raw(b"x"))
Session("hmi", "plc", 502, syn=False).ask(read(1, 1))  # from the middle
session = Session("hmi", "plc", 502)  # no Modbus
session.segment("hmi", "PA", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not Modbus at all")
send("hmi", "plc", TCP(sport=9, dport=502, flags="S"), mac=ASSETS["laptop"][1])  # forged
send("laptop", "hmi", ICMP() / Raw(b"ping"))
send("hmi", "plc", ICMP() / Raw(b"ping"))
send("plc", "hmi", ICMP(type=0) / Raw(b"ping"))
frames.append(Ether(src=ASSETS["hmi"][1], dst=GATEWAY) / Dot1Q(vlan=30) / IP(src="10.20.0.11", dst="10.20.0.70") / TCP(dport=502, flags="S"))
frames.append(Ether(src=ASSETS["hmi"][1], dst=GATEWAY) / IP(src="10.20.0.11", dst="10.20.0.70", chksum=1) / UDP())
frames.append(Ether(src=ASSETS["hmi"][1], dst=GATEWAY) / IP(src="10.20.0.11", dst="10.20.0.70") / TCP(dport=502, flags="S", chksum=1))
frames.append(Ether(src=ASSETS["hmi"][1], dst=GATEWAY) / IPv6(src="fe80::1", dst="ff02::1") / UDP())
frames.append(Ether(src=ASSETS["hmi"][1], dst=GATEWAY, type=0x88B8) / Raw(bytes(40)))
for ip in range(60, 80):
    frames.append(Ether(src=ASSETS["laptop"][1], dst="ff:ff:ff:ff:ff:ff") / ARP(
        hwsrc=ASSETS["laptop"][1], psrc=ASSETS["laptop"][0], pdst=f"10.20.0.{ip}"))
for number, frame in enumerate(frames):
    frame.time = 1_700_000_000 + number / 1000
wrpcap(PATH, frames, linktype=1)
print(len(frames))
