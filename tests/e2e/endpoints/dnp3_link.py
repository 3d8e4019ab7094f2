# SPDX-License-Identifier: Apache-2.0
"""One end of a DNP3 connection over TCP: link frames with their checksums, single segments, application fragments.
Strict: a checksum, address, direction or sequence number that is not as it must be ends the connection (IEEE 1815-2012,
clauses 4, 8 and 9)."""
import struct

FROM_MASTER, FROM_OUTSTATION = 0xC4, 0x44  # DIR, PRM, unconfirmed user data
WHOLE = 0xC0  # FIR and FIN, of a segment and of a fragment
READ, OPERATE, DIRECT_OPERATE, COLD_RESTART, RESPONSE = 1, 4, 5, 13, 129


class Broken(Exception):
    """The other end broke the rules, or the connection ended."""


def crc(octets):
    """Polynomial 0x3d65, reflected, complemented; sent low octet first."""
    value = 0
    for octet in octets:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ (0xA6BC if value & 1 else 0)
    return struct.pack("<H", value ^ 0xFFFF)


def with_crcs(octets):
    blocks = [octets[at:at + 16] for at in range(0, len(octets), 16)]
    return b"".join(block + crc(block) for block in blocks)


class Link:
    def __init__(self, connection, own, peer, sends):
        self.connection, self.own, self.peer = connection, own, peer
        self.sends, self.hears = sends, FROM_MASTER if sends == FROM_OUTSTATION else FROM_OUTSTATION
        self.segments = 0

    def send(self, fragment):
        segment = bytes([WHOLE | self.segments]) + fragment
        self.segments = (self.segments + 1) % 64
        head = struct.pack("<BBBBHH", 0x05, 0x64, 5 + len(segment), self.sends, self.peer, self.own)
        self.connection.sendall(head + crc(head) + with_crcs(segment))

    def _exactly(self, count):
        out = b""
        while len(out) < count:
            part = self.connection.recv(count - len(out))
            if not part:
                raise Broken("closed by the other end")
            out += part
        return out

    def _checked(self, count):
        block = self._exactly(count + 2)
        if crc(block[:-2]) != block[-2:]:
            raise Broken(f"a wrong checksum: {block.hex()}")
        return block[:-2]

    def receive(self):
        """The next fragment: its sequence number, function, and what is behind."""
        start, length, control, to, sender = struct.unpack("<HBBHH", self._checked(8))
        if (start, control, to, sender) != (0x6405, self.hears, self.own, self.peer):
            raise Broken(f"a frame of {sender} to {to}, control {control:02x}")
        left, segment = length - 5, b""
        while left:
            segment += self._checked(min(left, 16))
            left = length - 5 - len(segment)
        if segment[0] & WHOLE != WHOLE or segment[1] & 0xF0 != WHOLE:
            raise Broken(f"more than one segment or fragment: {segment.hex()}")
        return segment[1] & 0x0F, segment[2], segment[3:]
