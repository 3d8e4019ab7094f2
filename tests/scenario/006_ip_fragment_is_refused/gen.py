#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from plant import *  # noqa: E402,F403

hello = UDP(sport=1, dport=5000) / Raw(b"x" * 32)
frames = [HMI.sends(PLC, hello)]
for flags, offset in (("MF", 0), ("MF", 2), (0, 4)):
    port, frame = HMI.sends(PLC, hello if offset == 0 else Raw(b"x" * 16))
    frame[IP].flags, frame[IP].frag, frame[IP].proto = flags, offset, 17
    frames.append((port, frame))
write(__file__, frames)
