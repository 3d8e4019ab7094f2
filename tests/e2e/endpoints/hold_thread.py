#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Halts one thread of a process, and it alone, for some seconds: as if it hung in a driver.

usage: hold_thread.py TID SECONDS
"""
import ctypes
import os
import sys
import time

SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17
WALL = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
thread = int(sys.argv[1])
for request in (SEIZE, INTERRUPT):
    if libc.ptrace(request, thread, None, None) != 0:
        sys.exit(f"ptrace: {os.strerror(ctypes.get_errno())}")
os.waitpid(thread, WALL)
print("held", flush=True)
time.sleep(float(sys.argv[2]))
libc.ptrace(DETACH, thread, None, None)
