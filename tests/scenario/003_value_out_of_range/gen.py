#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from plant import *  # noqa: E402,F403

session = Conversation(HMI, PLC, 502)
good = session.handshake() + [session.asks(write_register(100, 1500))]
bad = session.asks(write_register(100, 1501, transaction=2))
write(__file__, good + [bad, session.asks(write_register(100, 1499, transaction=3))])
