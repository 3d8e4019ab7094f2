#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from plant import *  # noqa: E402,F403

hello = UDP(sport=1, dport=5000) / Raw(b"hello")
port, own = HMI.sends(PLC, hello)
_, other_card = HMI.sends(PLC, hello, src=STRANGER.mac)
_, other_port = HMI.sends(PLC, hello, dst=GATEWAY["zone1"])
_, question = HMI.who_has(PLC.ip, src=STRANGER.mac)
write(__file__, [(port, own), (port, other_card), (port, question), ("zone1", other_port)])
