# SPDX-License-Identifier: Apache-2.0
"""One end of an IEC 60870-5-104 connection, as strict as the standard lets it be: every I frame must carry exactly the
number that follows, and acknowledge nothing that was not sent (clause 5.1); else the connection is closed."""
import struct

START = 0x68
STARTDT_ACT, STARTDT_CON, TESTFR_ACT, TESTFR_CON = 0x07, 0x0B, 0x43, 0x83
MODULUS = 1 << 15
NEGATIVE = 0x40  # P/N in the octet of the cause

# Type identifications and causes of transmission (IEC 60870-5-101, 7.2.1.1 and 7.2.3).
SINGLE_POINT, SHORT_FLOAT, SINGLE_COMMAND, SET_POINT_FLOAT, INTERROGATION, READ, CLOCK = 1, 13, 45, 50, 100, 102, 103
SPONTANEOUS, REQUEST, ACTIVATION, CONFIRMATION, TERMINATION, INTERROGATED = 3, 5, 6, 7, 10, 20


class Broken(Exception):
    """The other end broke the rules, or the connection ended."""


class Asdu:
    def __init__(self, kind, cause, station, ioa, element=b"", negative=False):
        self.kind, self.cause, self.station, self.ioa = kind, cause, station, ioa
        self.element, self.negative = element, negative

    def octets(self):
        cause = self.cause | (NEGATIVE if self.negative else 0)
        head = struct.pack("<BBBBH", self.kind, 1, cause, 0, self.station)
        return head + self.ioa.to_bytes(3, "little") + self.element


def read_asdu(octets):
    if len(octets) < 9 or octets[1] != 1:
        raise Broken(f"an ASDU that is not one object: {octets.hex()}")
    kind, _, cause, _, station = struct.unpack("<BBBBH", octets[:6])
    ioa = int.from_bytes(octets[6:9], "little")
    return Asdu(kind, cause & 0x3F, station, ioa, octets[9:], bool(cause & NEGATIVE))


class Link:
    def __init__(self, connection):
        self.connection = connection
        self.sent = self.received = self.acknowledged = 0  # V(S), V(R), and the last N(R) heard

    def send_u(self, function):
        self.connection.sendall(bytes([START, 4, function, 0, 0, 0]))

    def send(self, asdu):
        octets = asdu.octets()
        numbers = struct.pack("<HH", self.sent << 1, self.received << 1)
        self.connection.sendall(bytes([START, 4 + len(octets)]) + numbers + octets)
        self.sent = (self.sent + 1) % MODULUS

    def _exactly(self, count):
        out = b""
        while len(out) < count:
            part = self.connection.recv(count - len(out))
            if not part:
                raise Broken("closed by the other end")
            out += part
        return out

    def _acknowledge(self, number):
        """N(R) lies between what was acknowledged already and what was sent."""
        if (number - self.acknowledged) % MODULUS > (self.sent - self.acknowledged) % MODULUS:
            raise Broken(f"N(R) is {number}, sent were {self.sent}")
        self.acknowledged = number

    def receive(self):
        """The next ASDU, or the function of the next U frame; S frames are between us."""
        while True:
            start, length = self._exactly(2)
            if start != START or not 4 <= length <= 253:
                raise Broken(f"no APDU: {start:02x} {length}")
            apdu = self._exactly(length)
            first, second = struct.unpack("<HH", apdu[:4])
            if apdu[0] & 3 == 3:
                return apdu[0]
            self._acknowledge(second >> 1)
            if apdu[0] & 1 == 0:
                if first >> 1 != self.received:
                    raise Broken(f"N(S) is {first >> 1}, expected {self.received}")
                self.received = (self.received + 1) % MODULUS
                return read_asdu(apdu[4:])
