# SPDX-License-Identifier: Apache-2.0
"""What the gen.py of each scenario shares: the assets, a TCP connection, and writing the files.

    from plant import *
    session = Conversation(HMI, PLC, 502)
    write(__file__, session.handshake() + [session.asks(read(0, 2)), session.answers(read_answer(1, 2))])
"""
import os
import struct

from scapy.all import ARP, IP, TCP, UDP, Dot1Q, Ether, Raw, RawPcapWriter  # noqa: F401

BROADCAST = "ff:ff:ff:ff:ff:ff"


class Asset:
    def __init__(self, port, ip, mac):
        self.port, self.ip, self.mac = port, ip, mac

    def sends(self, peer, layers, **ethernet):
        """(port, frame): as this asset puts it on its wire, to the gateway's MAC there."""
        headers = {"src": self.mac, "dst": GATEWAY[self.port], **ethernet}
        return self.port, Ether(**headers) / IP(src=self.ip, dst=peer.ip) / layers

    def who_has(self, ip, **ethernet):
        headers = {"src": self.mac, "dst": BROADCAST, **ethernet}
        return self.port, Ether(**headers) / ARP(op="who-has", hwsrc=self.mac, psrc=self.ip, pdst=ip)


GATEWAY = {"zone0": "02:aa:00:00:01:00", "zone1": "02:aa:00:00:01:01"}
HMI = Asset("zone0", "10.30.0.11", "02:00:00:00:00:11")
PLC = Asset("zone1", "10.30.0.71", "02:00:00:00:00:71")
FAR_PLC = Asset("zone0", "10.30.0.70", "02:00:00:00:00:70")  # behind another gateway
STRANGER = Asset("zone0", "10.30.0.66", "02:00:00:00:00:66")


def adu(pdu, transaction=1, unit=1):
    return struct.pack(">HHHB", transaction, 0, len(pdu) + 1, unit) + pdu


def read(first, count, **header):
    return adu(struct.pack(">BHH", 3, first, count), **header)


def read_answer(*values, **header):
    return adu(struct.pack(">BB%dH" % len(values), 3, 2 * len(values), *values), **header)


def write_register(point, value, **header):
    return adu(struct.pack(">BHH", 6, point, value), **header)


class Conversation:
    """One TCP connection with right numbers."""

    def __init__(self, client, server, port, client_port=40000):
        self.client, self.server = client, server
        self.ports = {client: (client_port, port), server: (port, client_port)}
        self.next = {client: 1000, server: 9000}

    def segment(self, sender, flags, data=b"", options=()):
        peer = self.server if sender is self.client else self.client
        sport, dport = self.ports[sender]
        tcp = TCP(sport=sport, dport=dport, flags=flags, seq=self.next[sender], options=list(options),
                  ack=self.next[peer] if "A" in flags else 0)
        self.next[sender] += len(data) + ("S" in flags)
        return sender.sends(peer, tcp / Raw(data) if data else tcp)

    def handshake(self):
        mss = [("MSS", 1460)]
        return [self.segment(self.client, "S", options=mss), self.segment(self.server, "SA", options=mss),
                self.segment(self.client, "A")]

    def asks(self, data):
        return self.segment(self.client, "PA", data)

    def answers(self, data):
        return self.segment(self.server, "PA", data)


def write(gen_file, frames, gateway="gw-a", mode="segment"):
    """send.pcap, a frame each millisecond, and scenario.yaml beside gen.py."""
    folder = os.path.dirname(os.path.abspath(gen_file))
    with RawPcapWriter(os.path.join(folder, "send.pcap"), linktype=1) as pcap:
        pcap.write_header(None)
        for i, (_, frame) in enumerate(frames):
            pcap.write_packet(bytes(frame), sec=0, usec=1000 * i)
    with open(os.path.join(folder, "scenario.yaml"), "w") as file:
        file.write("# Written by gen.py. frames: the port on which each frame of send.pcap arrives.\n")
        file.write(f"gateway: {gateway}\nmode: {mode}\nframes: [{', '.join(port for port, _ in frames)}]\n")
