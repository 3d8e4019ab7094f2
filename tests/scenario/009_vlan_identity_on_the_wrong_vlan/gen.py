#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from plant import *  # noqa: E402,F403

hello = UDP(sport=1, dport=5000) / Raw(b"hello")


def on(*tags):
    frame = Ether(src=HMI.mac, dst=GATEWAY[HMI.port])
    for tag in tags:
        frame = frame / Dot1Q(vlan=tag)
    return HMI.port, frame / IP(src=HMI.ip, dst=PLC.ip) / hello


answer = PLC.sends(HMI, UDP(sport=5000, dport=1) / Raw(b"hi"))
write(__file__, [on(30), answer, on(31), on(), on(30, 30)])
