#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from plant import *  # noqa: E402,F403

targets = ["10.30.0.1", HMI.ip, PLC.ip, "10.30.0.72", "10.30.0.200", "10.30.0.254"]
write(__file__, [STRANGER.who_has(ip) for ip in targets] + [HMI.who_has(PLC.ip)])
