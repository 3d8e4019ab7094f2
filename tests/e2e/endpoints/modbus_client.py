#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads and writes a Modbus server with pymodbus's client (Debian's python3-pymodbus), all over one TCP session,
and prints one line for each operation, at the end how many connections it took.

usage: modbus_client.py HOST [PORT]
"""
import sys

from pymodbus.client import ModbusTcpClient
from pymodbus.mei_message import ReadDeviceInformationRequest
from pymodbus.pdu import ExceptionResponse

if len(sys.argv) < 2:
    print(__doc__.strip())
    sys.exit(2)
client = ModbusTcpClient(sys.argv[1], port=int(sys.argv[2]) if len(sys.argv) > 2 else 502, timeout=3, retries=0)
ports = set()


def told(answer):
    if isinstance(answer, ExceptionResponse):
        return f"refused: exception {answer.exception_code} of function {answer.original_code}"
    if answer.isError():
        return f"no answer: {answer}"
    registers = getattr(answer, "registers", None)
    return " ".join(map(str, registers)) if registers else "done"


def step(name, operation):
    try:
        print(name, "->", told(operation()), flush=True)
    except Exception as error:  # pymodbus has many
        print(name, "-> no answer:", error, flush=True)
    try:
        ports.add(client.socket.getsockname()[1])
    except (AttributeError, OSError):
        ports.add("none")


print("connect ->", "done" if client.connect() else "no answer", flush=True)
step("read 10", lambda: client.read_holding_registers(10, 2, slave=1))
step("write 110", lambda: client.write_register(110, 1500, slave=1))
step("write 150", lambda: client.write_register(150, 1, slave=1))
step("read 10 again", lambda: client.read_holding_registers(10, 2, slave=1))
step("write 110 above its range", lambda: client.write_register(110, 1501, slave=1))
step("write 119 and 120", lambda: client.write_registers(119, [1, 2], slave=1))
step("write coil 1", lambda: client.write_coil(1, True, slave=1))
step("read 10 of unit 2", lambda: client.read_holding_registers(10, 2, slave=2))
step("identify", lambda: client.execute(ReadDeviceInformationRequest(1, 0, unit=1)))
step("read 119 and 120 at the end", lambda: client.read_holding_registers(119, 2, slave=1))
step("read 110 at the end", lambda: client.read_holding_registers(110, 1, slave=1))
step("read 150 at the end", lambda: client.read_holding_registers(150, 1, slave=1))
count = "one connection" if len(ports) == 1 and "none" not in ports else f"{len(ports)} connections"
print(f"{count}:", *ports)
