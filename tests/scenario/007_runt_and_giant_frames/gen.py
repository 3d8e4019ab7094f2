#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from plant import *  # noqa: E402,F403

def datagram(size):
    return bytes(HMI.sends(PLC, UDP(sport=1, dport=5000) / Raw(b"x" * size))[1])


whole = datagram(8)
cuts = [whole[:n] for n in (1, 13, 14, 33, 41)]
write(__file__, [("zone0", Raw(frame)) for frame in cuts + [whole, datagram(0), datagram(3000)]])
