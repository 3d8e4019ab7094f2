#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from plant import *  # noqa: E402,F403

write(__file__, [HMI.sends(FAR_PLC, UDP(sport=1, dport=5000) / Raw(b"hello"))])
