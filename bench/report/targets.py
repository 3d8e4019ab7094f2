# SPDX-License-Identifier: Apache-2.0
"""The targets of the performance work, in the words of its design (07): the one place where a bound stands."""
from dataclasses import dataclass
from typing import Callable

from report import measures as m
from report import measures_more as more
from report import references as ref


@dataclass(frozen=True)
class Target:
    name: str
    words: str           # of the design
    direction: str       # ">=" or "<="
    bound: float         # of the ratio where there is one, else of the value
    unit: str            # of the value; "x" is a ratio to what `against` names
    against: str
    measure: Callable    # run -> Finding


ENCRYPT = "encrypt direction, identity + policy + flow + Modbus inspection, 10 k flows, 1 k relationships: "
CYCLES = "cycles per packet without rx/tx, 64 B / 1408 B: <= 152 / <= 315 (VPP with a stateful ACL, without inspection)"
CEILING = "the ceiling probe in this run"


def secgw(bytes_, size):
    words = ENCRYPT + ">= 1.0 x ipsec-secgw's rate at every size"
    name = f"encrypt beside ipsec-secgw, {bytes_} B"
    if bytes_ in ref.CEILING:
        share = f"{ref.IPSEC_SECGW[bytes_]}/{ref.CEILING[bytes_]} of the ceiling"
        measure = m.of_ceiling(size, ref.IPSEC_SECGW[bytes_] / ref.CEILING[bytes_])
    else:
        share = f"{ref.IPSEC_SECGW[bytes_]}/{ref.RAW_CIPHER[bytes_]} of the raw cipher"
        measure = m.of_cipher(size, ref.IPSEC_SECGW[bytes_] / ref.RAW_CIPHER[bytes_])
    return Target(name, words, ">=", 1.0, "x", f"{ref.SECGW_NAME}: {share}", measure)


def ceiling(bound, name, size):
    words = ENCRYPT + (">= 0.75 x at 64 B" if bound == 0.75 else ">= 0.80 x ceiling at 1408 B and IMIX")
    return Target(f"encrypt beside the ceiling, {name}", words, ">=", bound, "x", CEILING, m.of_ceiling(size))


def vpp(bytes_, size):
    share = f"{ref.VPP_ACL_CYCLES[bytes_]}/{ref.CEILING_CYCLES[bytes_]} of the ceiling"
    return Target(f"cycles without rx and tx, {bytes_} B", CYCLES, "<=", 1.0, "cycles/packet", f"{ref.VPP_NAME}: {share}",
                  m.without_ports(size, bytes_))


def veth(name, bound, what, words):
    return Target(f"end to end over veth, {what}", "end to end over veth on the same machine, same endpoints: " + words,
                  ">=", bound, "x", "the same endpoints in this run", more.told(f"veth-{name}"))


TARGETS = (
    secgw(64, m.SMALL), secgw(512, "512B"), secgw(1408, "1408B"),
    ceiling(0.75, "64 B", m.SMALL), ceiling(0.80, "1408 B", "1408B"), ceiling(0.80, "IMIX", "imix"),
    vpp(64, "64B"), vpp(1408, "1408B"),
    Target("decrypt beside encrypt, 64 B", "decrypt direction: >= 0.9 x the encrypt rate", ">=", 0.9, "x",
           "the encrypt direction in this run, over memory ports", m.decrypt),
    Target("inspection of a Modbus request", "inspection of one Modbus request: <= 60 cycles over the uninspected flow",
           "<=", 60, "cycles", "opaque UDP in this run", m.modbus_inspection),
    Target("inspection of other protocols", "other full protocols <= 150 for their commonest request", "<=", 150,
           "cycles/PDU", "", m.other_inspection),
    Target("Modbus PDUs beside Snort", "inspect + encrypt Modbus, PDUs per second and core: >= 10 x Snort 3's inspection alone",
           ">=", 10, "x", f"{ref.SNORT_NAME}: {ref.SNORT}/{ref.CEILING[64]} of the ceiling", m.snort),
    Target("flow table, 1 k to 1 M flows", "flow table 1 k -> 1 M flows: <= 30 % slower per packet", "<=", 0.30, "slower",
           "1000 flows in this run", more.flow_table),
    Target("new flows", "new flows: >= 1 M/s per worker with 100 k relationships", ">=", 1.0, "M/s", "", more.new_flows),
    Target("policy, 10 to 100 k relationships", "policy 10 -> 100 k relationships, established flows: <= 3 % slower", "<=", 0.03,
           "slower", "10 relationships in this run", more.policy_size),
    Target("image swap, packets lost", "image swap of 100 k relationships under load: 0 packets lost", "<=", 0, "packets", "",
           more.swap_lost),
    Target("image swap, added latency", "image swap of 100 k relationships under load: p99.9 added latency < 50 us", "<=", 50,
           "us", "", more.swap_added),
    Target("commit to enforcement", "commit to enforcement on every worker: < 1 ms after publish", "<=", 1000, "us", "",
           more.cut("publish_to_obeyed_p99_us")),
    Target("an established flow is cut", "commit to enforcement: established flow cut at its next packet", "<=", 1000, "us",
           "", more.cut("publish_to_last_passed_p99_us")),
    Target("workers, 1 to N", "workers 1 -> N for one peer pair: >= 0.9 x linear", ">=", 0.9, "x", "linear",
           more.workers),
    veth("udp64-bulkhead-to-nebula-or-wireguard-go", 2.5, "small packets",
         ">= 2.5 x the better of Nebula and wireguard-go in small-packet rate"),
    veth("tcp-bulkhead-to-nebula-or-wireguard-go", 3.0, "TCP", ">= 3 x the better of Nebula and wireguard-go in TCP goodput"),
    veth("ping-p50-bulkhead-to-nebula-or-wireguard-go", 2.0, "ping", "half the ping of the better of Nebula and wireguard-go"),
    veth("tcp-bulkhead-to-testpmd", 0.8, "TCP of plain forwarding", ">= 0.8 x two chained plain testpmd io forwarders"),
    veth("udp64-bulkhead-to-testpmd", 0.8, "small packets of plain forwarding", ">= 0.8 x two chained plain testpmd io forwarders"),
    Target("memory of a flow", "memory: <= 256 B per flow with inspection state", "<=", 256, "bytes", "",
           more.flow_bytes),
    Target("memory of a process", "memory: <= 512 MB at the default server configuration", "<=", 512, "MB", "",
           more.server_megabytes),
)
