# SPDX-License-Identifier: Apache-2.0
"""EtherCAT: what of a tshark row is compared with what of ours. A row of tshark's is a frame, ours a datagram."""
LABELS = ["ethercat"]
COMMANDS = ("nop", "aprd", "apwr", "aprw", "fprd", "fpwr", "fprw", "brd", "bwr", "brw", "lrd", "lwr", "lrw", "armw", "frmw")
POSITION, STATION, LOGICAL = (1, 2, 3), (4, 5, 6), (10, 11, 12)
WRITES = (2, 3, 5, 6, 8, 9, 11, 12, 13, 14)
MAILBOXES = {1: "aoe", 2: "eoe", 3: "coe", 4: "foe", 5: "soe"}
FIRST_MEMORY = 0x1000


def is_truth(row):
    return row["proto"] in ("ecat", "ecat_mailbox", "ecatf")


def is_ours(line):
    return line["protocol"] == "ethercat"


def numbers(row, field):
    return [int(v, 0) for v in (row.get(field) or "").split(",") if v]


def expand(row):
    """A row for each datagram. tshark has no address of a logical one in these fields, and lists mailboxes apart from
    datagrams: they are given to the rows that may have one, in order."""
    if row["proto"] == "ecatf":
        return [row]
    mailboxes = numbers(row, "ecat_mailbox.type")
    devices, offsets = iter(numbers(row, "ecat.adp")), iter(numbers(row, "ecat.ado"))
    out = []
    for command, index, counter in zip(*(numbers(row, f"ecat.{name}") for name in ("cmd", "idx", "cnt"))):
        physical = command not in LOGICAL
        device, offset = (next(devices), next(offsets)) if physical else (None, None)
        one = {**row, "command": command, "index": index, "counter": counter, "device": device, "offset": offset,
               "mailbox": None}
        if mailboxes and physical and offset >= FIRST_MEMORY:
            one["mailbox"] = mailboxes.pop(0)
        out.append(one)
    assert not mailboxes
    return out


def is_answer(row):
    """The first device sets the local bit of the source."""
    return bool(int(row["src"].split(":")[0], 16) & 2)


def kind(line):
    """Of a mailbox what tshark shows of its type: CoE's services have names of their own."""
    name = line["op"].split("_")[0]
    return "coe" if name == "sdo" else name if name in MAILBOXES.values() else None


def compared(row, line):
    """Of each field that both tell: (tshark's, ours)."""
    if row["proto"] == "ecatf":
        return {"unknown": ("unknown", line["op"])}
    command, answer = row["command"], is_answer(row)
    pairs = {
        "index": (row["index"], line["request_id"]),
        "direction": ("response" if answer else "request", line["direction"]),
        "mailbox": (MAILBOXES.get(row["mailbox"]), kind(line)),
        "name": (COMMANDS[command], COMMANDS[line["points"][0]["command"]] if line["points"] else line["op"]),
        "undone": (answer and command != 0 and row["counter"] == 0, line.get("exception") == 0),
        "writes": (command in WRITES, line["op"] == "eeprom_read" or any(
            point["access"] != "read" for point in line["points"] if point["space"] < 2)),
    }
    if command in POSITION:
        pairs["device"] = (0x10000 + row["device"], line["unit"])
    if command in STATION:
        pairs["device"] = (row["device"], line["unit"])
    if row["offset"] is not None and line["points"]:
        pairs["offset"] = ((0, row["offset"]), (line["points"][0]["space"], line["points"][0]["from"]))
    return pairs
