#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from plant import *  # noqa: E402,F403

session = Conversation(HMI, PLC, 502)
write(__file__, session.handshake() + [
    session.asks(write_register(7, 1, transaction=4)),
    session.asks(read(0, 2, transaction=5)),
])
