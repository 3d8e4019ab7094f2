#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Starts pymodbus's Modbus/TCP server (Debian's python3-pymodbus) with 200 points of each kind.

usage: modbus_server.py [ADDRESS [PORT]]     default 0.0.0.0 502
Register i holds 1000 + i, so that a reader can tell a real answer.
"""
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartTcpServer


def main():
    if sys.argv[1:] in (["-h"], ["--help"]):
        print(__doc__.strip())
        return
    address = sys.argv[1] if len(sys.argv) > 1 else "0.0.0.0"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 502
    registers = [1000 + i for i in range(200)]
    unit = ModbusSlaveContext(
        di=ModbusSequentialDataBlock(0, [0] * 200),
        co=ModbusSequentialDataBlock(0, [0] * 200),
        hr=ModbusSequentialDataBlock(0, registers),
        ir=ModbusSequentialDataBlock(0, registers),
        zero_mode=True,
    )
    StartTcpServer(context=ModbusServerContext(slaves=unit, single=True), address=(address, port))


main()
