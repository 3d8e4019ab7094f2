# SPDX-License-Identifier: Apache-2.0
"""send_capture.py INTERFACE FILE: sends each frame of a capture, one each ten milliseconds, so that what answers
another frame comes after it as on a wire: a gateway that waits for its processor meanwhile reads both at once."""
import socket
import sys
import time

from scapy.all import RawPcapReader

out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind((sys.argv[1], 0))
for frame, _ in RawPcapReader(sys.argv[2]):
    out.send(frame)
    time.sleep(0.01)
