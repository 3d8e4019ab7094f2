#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the wire fuzz targets into tests/fuzz/corpus/. Run it again after a change
here; found crashes are added by hand beside its files and are not touched."""
import pathlib
import struct

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"


def save(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(bytes(data))


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ethernet(kind, payload, tags=b""):
    return bytes.fromhex("020000000002020000000001") + tags + struct.pack("!H", kind) + payload


def ipv4(protocol, payload, options=b"", fragment=0):
    head = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0, 20 + len(options) + len(payload), 1,
                       fragment, 64, protocol, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ipv6(protocol, payload, hops=64):
    addresses = bytes.fromhex("20010db8" + "00" * 11 + "01" + "20010db8" + "00" * 11 + "02")
    return struct.pack("!IHBB", 0x60000000, len(payload), protocol, hops) + addresses + payload


def tcp(flags, options=b"", payload=b""):
    return struct.pack("!HHIIBBHHH", 1234, 502, 1, 2, (5 + len(options) // 4) << 4, flags, 8192, 0, 0) \
        + options + payload


def udp(payload=b""):
    return struct.pack("!HHHH", 4500, 4500, 8 + len(payload), 0) + payload


def adu(pdu, transaction=1, unit=1):
    return struct.pack("!HHHB", transaction, 0, len(pdu) + 1, unit) + bytes(pdu)


REQUESTS = {
    "read_coils": [1, 0, 0, 0, 16],
    "read_holding": [3, 0, 107, 0, 3],
    "write_coil": [5, 0, 172, 255, 0],
    "write_register": [6, 0, 1, 0, 3],
    "restart": [8, 0, 1, 0, 0],
    "write_coils": [15, 0, 19, 0, 10, 2, 205, 1],
    "write_registers": [16, 0, 1, 0, 2, 4, 0, 10, 1, 2],
    "read_file": [20, 14, 6, 0, 4, 0, 1, 0, 2, 6, 0, 3, 0, 9, 0, 2],
    "write_file": [21, 13, 6, 0, 4, 0, 7, 0, 3, 6, 175, 4, 190, 16, 13],
    "mask_write": [22, 0, 4, 0, 242, 0, 37],
    "read_write": [23, 0, 3, 0, 6, 0, 14, 0, 3, 6, 0, 255, 0, 255, 0, 255],
    "read_fifo": [24, 4, 222],
    "identify": [43, 14, 1, 0],
    "umas": [90, 0, 2],
    "unknown": [99, 1, 2, 3],
}
RESPONSES = {
    "read_holding": [3, 6, 2, 43, 0, 0, 0, 100],
    "write_registers": [16, 0, 1, 0, 2],
    "read_file": [20, 12, 5, 6, 13, 254, 0, 32, 5, 6, 51, 205, 0, 64],
    "read_fifo": [24, 0, 6, 0, 2, 1, 184, 18, 132],
    "identify": [43, 14, 1, 1, 0, 0, 2, 0, 2, 65, 66, 1, 1, 67],
    "exception": [131, 2],
}


def ipc_message(kind, body, request=7):
    """kind: place in ipc::Body, from 1."""
    return b"BHM1" + struct.pack("<II", kind, request) + body


def ipc_text(text):
    return struct.pack("<H", len(text)) + text


def ipc_seeds():
    endpoint = b"\0" * 10 + b"\xff\xff" + bytes([192, 0, 2, 2]) + struct.pack("<H", 4500)
    keys = bytes(range(36))
    save("ipc_decode", "hello", ipc_message(
        1, struct.pack("<I", 1) + ipc_text(b"gw-a") + bytes(16) + struct.pack("<IQ", 1, 3) + bytes(32) + ipc_text(b"0.1.0")
        + struct.pack("<Q", 2) + bytes(32), 0))
    save("ipc_decode", "install_overlay", ipc_message(15, struct.pack("<Q", 2) + bytes(32)))
    save("ipc_decode", "install_image", ipc_message(2, struct.pack("<Q", 4) + bytes(32)))
    save("ipc_decode", "set_peers", ipc_message(
        3, struct.pack("<I", 1) + ipc_text(b"gw-b") + endpoint + struct.pack("<HH", 4433, 4433)))
    save("ipc_decode", "install_inbound", ipc_message(
        5, ipc_text(b"gw-b") + struct.pack("<IIH", 1, 0x00100000, 0) + keys))
    save("ipc_decode", "install_outbound", ipc_message(
        6, ipc_text(b"gw-b") + struct.pack("<HIIHHH", 1, 1, 0x00100000, 0, 0, 50000) + keys))
    save("ipc_decode", "remove_inbound", ipc_message(7, ipc_text(b"gw-b") + struct.pack("<II", 1, 0x00100000)))
    save("ipc_decode", "get_status", ipc_message(8, b""))
    save("ipc_decode", "status", ipc_message(
        12, bytes(8 + 32) + ipc_text(b"") + b"\1" + bytes(8) + ipc_text(b"poll") + struct.pack("<I", 1)
        + ipc_text(b"gw-b") + endpoint + b"\1" + bytes(8 + 48)))
    save("ipc_decode", "failure", ipc_message(13, b"\2" + ipc_text(b"no peer is named x")))


def short_text(text):
    return bytes([len(text)]) + text


def break_glass_request(grant, gateways, until, reason, signers):
    """As lib/break_glass/codec.h has it; the signatures are of nobody."""
    statement = short_text(grant) + bytes([len(gateways)]) + b"".join(map(short_text, gateways))
    statement += struct.pack(">qH", until, len(reason)) + reason + bytes(range(16))
    signatures = b"".join(short_text(name) + bytes([i]) * 64 for i, name in enumerate(signers))
    return b"BLHKBGL1" + statement + bytes([len(signers)]) + signatures


def break_glass_seeds():
    two = break_glass_request(b"emergency", [b"gw-a", b"gw-b"], 1_800_000_000_000_000_000, b"pump 3", [b"ito", b"keller"])
    save("break_glass", "two_signatures", two)
    save("break_glass", "cut", two[:-5])
    save("break_glass", "unsigned", break_glass_request(b"bg", [b"gw-a"], 0, b"x", []))
    save("break_glass", "repeated_signer", break_glass_request(b"bg", [b"gw-a"], 1, b"x", [b"a", b"a"]))
    save("break_glass", "most", break_glass_request(b"bg", [b"gw-%02d" % i for i in range(32)], -1, b"r" * 256,
                                                    [b"p%d" % i for i in range(8)]))


def long_text(text):
    return struct.pack(">I", len(text)) + text


def fleet_version(number, phase, grants):
    """As lib/fleet/codec.h has it. `phase`: the bytes of it."""
    texts = b"".join(map(long_text, [b"gw-a", b"alice", b"certificate x", b"policy.apply", b"line 3"]))
    grants = [long_text(n) + long_text(b"name: " + n) + long_text(b"bob") + struct.pack(">qq", 1, 2) for n in grants]
    return (b"BLHKFLV1" + struct.pack(">Qq", number, 77) + texts + bytes(32) + struct.pack(">Q", 4711) + phase
            + struct.pack(">H", len(grants)) + b"".join(grants))


def fleet_order(kind, scope, name, detail, until, ended):
    """As lib/fleet/order_codec.h has it."""
    return (b"BLHKFLO1" + bytes([kind, scope]) + long_text(name) + long_text(detail) + struct.pack(">qBQ", until, ended, 3)
            + long_text(b"alice") + long_text(b"drill") + struct.pack(">q", 77) + long_text(b"gw-a"))


def fleet_order_seeds():
    save("fleet_order", "lock", fleet_order(1, 1, b"plc-7", b"", 0, 0))
    save("fleet_order", "lock_ended", fleet_order(1, 4, b"cell=3", b"", 0, 1))
    save("fleet_order", "island", fleet_order(2, 3, b"storm", b"gw-a", 0, 0))
    save("fleet_order", "fact", fleet_order(3, 0, b"hmi-3", b"patched", 99, 0))
    save("fleet_order", "no_kind", fleet_order(4, 0, b"hmi-3", b"", 0, 0))
    save("fleet_order", "ended_twice", fleet_order(1, 1, b"plc-7", b"", 0, 2))


def fleet_seeds():
    trial = b"\1" + struct.pack(">QQq", 8, 60, 137)
    on_trial = fleet_version(9, trial, [b"chg-1", b"chg-2"])
    save("fleet_version", "plain", fleet_version(1, b"\0", []))
    save("fleet_version", "confirmed", fleet_version(2, b"\2", [b"chg-1"]))
    save("fleet_version", "on_trial", on_trial)
    save("fleet_version", "grants_out_of_order", fleet_version(2, b"\0", [b"b", b"a"]))
    save("fleet_version", "way_back_to_itself", fleet_version(8, trial, []))
    certificate = struct.pack(">H", 3) + b"der"
    save("fleet_version", "signed", b"BLHKFLS1" + long_text(on_trial) + b"\2" + certificate * 2 + struct.pack(">H", 2) + b"ok")
    save("fleet_version", "signed_by_nobody", b"BLHKFLS1" + long_text(on_trial) + b"\0" + struct.pack(">H", 0))


def overlay_seeds():
    head = b"BLHKOVL1" + struct.pack(">QQ", 7, 77) + short_text(b"gw-1")
    none = struct.pack(">I", 0)
    locks = struct.pack(">I", 2) + b"\1" + short_text(b"plc") + b"\3" + short_text(b"gw-2")
    islands = (struct.pack(">I", 2) + short_text(b"cell") + b"\0" + struct.pack(">I", 2) + short_text(b"hmi")
               + short_text(b"plc") + short_text(b"site") + short_text(b"gw-1") + none)
    facts = struct.pack(">I", 1) + short_text(b"hmi") + short_text(b"patched") + struct.pack(">q", 100)
    save("overlay", "empty", head + none * 3)
    save("overlay", "full", head + locks + islands + facts)
    save("overlay", "not_sorted", head + struct.pack(">I", 2) + (b"\1" + short_text(b"plc")) * 2 + none * 2)
    save("overlay", "claims_much", head + struct.pack(">I", 1 << 17))


def mesh_frame(kind, body):
    """kind: place in mesh::Message, from 1."""
    return struct.pack(">BBH", 1, kind, len(body)) + body


def mesh_seeds():
    have = mesh_frame(8, struct.pack(">H", 2) + bytes(range(32)) + struct.pack(">Q", 7) + bytes(32) + bytes(8))
    record = mesh_frame(9, bytes(range(200)))
    save("mesh_message", "deny_have", have)
    save("mesh_message", "deny_have_nothing", mesh_frame(8, bytes(2)))
    save("mesh_message", "deny_record", record)
    save("mesh_message", "rekey_certificate", mesh_frame(6, b"\5"))
    save("mesh_message", "deny_relay", mesh_frame(5, bytes(16)) + have + record + record)


def fragment(lane, number, offset, units, flags=0):
    return struct.pack("<BBHBB", lane, number, offset, units, flags)


def reassembly_seeds():
    in_order = fragment(1, 9, 0, 100) + fragment(1, 9, 100, 100) + fragment(1, 9, 200, 20, 0x31)
    save("reassembly", "in_order", in_order)
    save("reassembly", "backwards", in_order[12:] + in_order[6:12] + in_order[:6])
    save("reassembly", "two_at_once", fragment(1, 1, 0, 9, 2) + fragment(2, 1, 0, 9) + fragment(1, 1, 9, 9, 1) + fragment(2, 1, 9, 9, 1))
    save("reassembly", "overlap", fragment(0, 5, 0, 10) + fragment(0, 5, 9, 10) + fragment(0, 5, 10, 3, 1))
    save("reassembly", "too_late", fragment(0, 5, 0, 10) + fragment(0, 5, 10, 3, 12) + fragment(0, 5, 13, 3, 13))
    save("reassembly", "one_lane_full", b"".join(fragment(0, i, 0, 1) for i in range(20)) + fragment(0, 19, 1, 1, 1))
    save("reassembly", "all_full", b"".join(fragment(i % 8, i, 0, 1) for i in range(80)) + fragment(7, 79, 1, 1, 1))
    save("reassembly", "largest", b"".join(fragment(0, 1, 255 * i, 255, 2) for i in range(4)) + fragment(0, 1, 1020, 177, 0x41))


def main():
    ipc_seeds()
    overlay_seeds()
    break_glass_seeds()
    fleet_seeds()
    fleet_order_seeds()
    reassembly_seeds()
    mesh_seeds()
    arp = bytes.fromhex("00010800060400010200000000010a0000010000000000000a000002")
    solicitation = bytes.fromhex("87000000" + "00000000" + "20010db8" + "00" * 11 + "02" + "0101020000000001")
    save("frame", "arp", ethernet(0x0806, arp))
    save("frame", "tcp_syn_mss", ethernet(0x0800, ipv4(6, tcp(2, bytes([2, 4, 5, 180, 1, 3, 3, 7])))))
    save("frame", "modbus", ethernet(0x0800, ipv4(6, tcp(0x18, b"", adu(REQUESTS["read_holding"])))))
    save("frame", "udp_qinq", ethernet(0x0800, ipv4(17, udp(b"x")), bytes.fromhex("88a8006481000007")))
    save("frame", "icmp_router_alert", ethernet(0x0800, ipv4(1, bytes([8, 0, 0, 0, 1, 2, 0, 1]), b"\x94\x04\0\0")))
    save("frame", "fragment", ethernet(0x0800, ipv4(17, udp(), fragment=0x2001)))
    save("frame", "udp6_hop_by_hop", ethernet(0x86DD, ipv6(0, bytes([17, 0, 1, 4, 0, 0, 0, 0]) + udp())))
    save("frame", "fragment6", ethernet(0x86DD, ipv6(44, bytes([6, 0, 0, 1, 0, 0, 0, 9]) + tcp(2))))
    save("frame", "solicitation", ethernet(0x86DD, ipv6(58, solicitation, 255)))
    for name, pdu in REQUESTS.items():
        save("modbus_adu", "request_" + name, b"\0" + adu(pdu))
    for name, pdu in RESPONSES.items():
        save("modbus_adu", "response_" + name, b"\1" + adu(pdu))
    requests = b"".join(adu(pdu, i) for i, pdu in enumerate(REQUESTS.values()))
    responses = b"".join(adu(pdu, i) for i, pdu in enumerate(RESPONSES.values()))
    save("modbus_stream", "requests_by_sevens", bytes([0, 20] + [7] * 20) + requests)
    save("modbus_stream", "responses_by_ones", bytes([1, 60] + [1] * 60) + responses)
    save("modbus_stream", "fault_behind_good", bytes([0, 2, 5, 9]) + adu([5, 0, 1, 255, 0]) + adu([5, 0, 1, 1, 0]))
    save("pipeline", "modbus_session", crafted(2, 0) + crafted(0x10, 1) + crafted(0x18, 1, requests[:12]))
    save("pipeline", "write_refused", crafted(2, 0) + crafted(0x10, 1) + crafted(0x18, 1, adu([6, 0, 7, 0, 1])))
    save("pipeline", "overlap", crafted(2, 0) + crafted(0x10, 1) + crafted(0x18, 1, adu([3, 0, 0, 0, 2])[:8])
         + crafted(0x18, 5, adu([6, 0, 7, 0, 1])[4:]) + crafted(0x18, 1, adu([6, 0, 7, 0, 1])))
    save("pipeline", "frames", record(ethernet(0x0806, bytes(28))) + record(ethernet(0x0800, ipv4(17, udp(b"x")))))
    save_deny_records()
    save("esp_trailer", "padded", b"abc" + bytes([1, 2, 3, 3, 4]))
    save("esp_trailer", "plain", bytes([0, 41]))


# lib/trust/deny_record.h: the record, then the signed one around it.
def save_deny_records():
    def short(data):
        return bytes([len(data)]) + data

    def signed(inner, chain):
        certificates = b"".join(struct.pack("!H", len(der)) + der for der in chain)
        return b"\1" + struct.pack("!H", len(inner)) + inner + bytes([len(chain)]) + certificates \
            + struct.pack("!H", 4) + b"sign"

    one = b"\1\1" + struct.pack("!QQ", 7, 1790000000) + b"\xaa" * 32 + short(b"\x40\1\2") + short(b"gw-b") \
        + short(b"stolen")
    key = b"\1\2" + struct.pack("!QQ", 1, 0) + b"\xbb" * 32 + short(b"") + short(b"")
    save("deny_record", "issuer_serial", one)
    save("deny_record", "subject_key", key)
    save("deny_record", "signed_one", signed(one, [b"0\1"]))
    save("deny_record", "signed_three", signed(key, [b"0\1", b"0\2", b"0\3"]))


# Records of pipeline_fuzz: a frame as it is, or a TCP segment to be completed.
def record(data, top=0):
    return struct.pack("<H", len(data) | top) + data


def crafted(flags, offset, payload=b""):
    return record(bytes([flags]) + struct.pack("<H", offset) + bytes(payload), 0x8000)


if __name__ == "__main__":
    main()
