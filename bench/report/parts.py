# SPDX-License-Identifier: Apache-2.0
"""The parts of a run, one row each: what it needs built, which steps it takes, how they become entries and rows."""
from dataclasses import dataclass
from typing import Callable

from report import fold, ratio, rows
from report.steps import Program, once, repeated

STAGES = Program("pipeline_bench", full=("--seconds", "{short}"), quick=("--seconds", "{seconds}"), expected=(20, 6))
INSPECT = Program("inspect_bench", full=("--seconds", "{shorter}"), quick=("--seconds", "0.01"), expected=(20, 1))
# Rekeys under load: one peer at a worker's highest rate, small and large, then a thousand peers.
REKEYS = (
    Program("rekey_one", full=("--seconds", "20", "--rekeys", "50", "--drain-ms", "150"),
            quick=("--seconds", "3", "--rekeys", "5", "--drain-ms", "150"), expected=(22, 4), pinned=False),
    Program("rekey_one", full=("--seconds", "20", "--rekeys", "50", "--drain-ms", "150", "--bytes", "1400"),
            quick=("--seconds", "3", "--rekeys", "5", "--drain-ms", "150", "--bytes", "1400"), expected=(22, 4), pinned=False),
    Program("rekey_hub", full=("--peers", "1000", "--rounds", "2"),
            quick=("--peers", "30", "--rounds", "1", "--polls", "5000", "--drain", "1"), expected=(60, 4), pinned=False),
)
# Permissions that end under load, by publication and by the clock; in short without the schedule, which waits for a minute.
CUT = Program("policy_cut", full=("--flows", "10000", "--cells", "500"),
              quick=("--flows", "10000", "--cells", "40", "--p99-us", "0", "--kinds", "publish,lock,expiry,posture"),
              expected=(120, 4), pinned=False)
# What a policy costs by its size: from file to enforcement, an edit, and each packet.
POLICIES = (
    Program("policy_scale", full=("--rounds", "{half}"), quick=("--sizes", "1000", "--rounds", "1"), expected=(60, 1)),
    Program("policy_packets", full=("--rounds", "{rounds}", "--seconds", "{short}"),
            quick=("--rounds", "{rounds}", "--seconds", "{seconds}", "--relationships", "10,1000"), expected=(60, 3)),
)
# Established flows by number, and flows that are new; one worker and two between one pair of gateways.
FLOWS = Program("flow_scale", full=("--seconds", "{short}", "--rounds", "{rounds}"),
                quick=("--seconds", "0.05", "--rounds", "1", "--flows", "1000,20000", "--capacity", "32768", "--opening", "20000",
                       "--opening-relationships", "1000", "--opening-rounds", "1"), expected=(120, 3))
WORKERS = Program("two_workers", full=("--seconds", "{seconds}", "--rounds", "{rounds}"),
                  quick=("--seconds", "0.2", "--rounds", "1", "--flows", "1000", "--relationships", "10"), expected=(40, 3), pinned=False)
# From receive to transmit, by load, and while an image of 100 000 relationships is swapped.
LATENCY = Program("latency", full=("--seconds", "{seconds}", "--rounds", "{half}", "--cpu", "{cpu}"),
                  quick=("--seconds", "0.3", "--rounds", "1", "--cpu", "{cpu}", "--swap-relationships", "1000"), expected=(60, 5), pinned=False)
MEMORY = Program("flow_memory", quick=("--flows", "1024", "--relationships", "100"), expected=(20, 3))
VETH = Program("bench/veth/run", full=("--rounds", "{rounds}"), quick=("--quick",), expected=(420, 40), pinned=False)


@dataclass(frozen=True)
class Part:
    name: str        # of --only
    key: str         # of its entries in the JSON
    what: str        # of --list
    programs: tuple  # to build
    plan: Callable   # setting -> steps
    fold: Callable   # steps -> entries
    rows: Callable   # entry -> rows


PARTS = (
    Part("ratio", "ratios", "the encrypt direction beside the ceiling probe, by frame size",
         (*dict.fromkeys(ratio.PROGRAMS.values()), "make_pcap"), ratio.plan, ratio.fold, rows.of_ratio),
    Part("stages", "stages", "cycles per packet by stage over memory ports, both directions", ("pipeline_bench",),
         repeated(STAGES, lambda s: 1 if s.quick else max(1, s.rounds // 2)), fold.medians, rows.of_cycles),
    Part("inspect", "inspection", "one PDU of each protocol through its parser", ("inspect_bench",),
         repeated(INSPECT, lambda s: s.rounds), fold.medians, rows.of_pdu),
    Part("flows", "flows", "packets by the number of flows, and flows that open", ("flow_scale",), once(FLOWS), fold.as_told, rows.of_told),
    Part("workers", "workers", "two workers beside one for one pair of gateways", ("two_workers",), once(WORKERS), fold.as_told,
         rows.of_told),
    Part("latency", "latency", "time from receive to transmit by load, and while images are swapped", ("latency",), once(LATENCY),
         fold.as_told, rows.of_told),
    Part("memory", "flow_memory", "bytes of a flow, and of a server with its default configuration", ("flow_memory",), once(MEMORY),
         fold.as_told, rows.of_told),
    Part("rekey", "rekeys", "rekeys under load: one peer, then a thousand", ("rekey_one", "rekey_hub"),
         once(*REKEYS), fold.as_told, rows.of_told),
    Part("cut", "cuts", "permissions that end under load", ("policy_cut",), once(CUT), fold.as_told, rows.of_told),
    Part("policy", "policies", "a policy by its size: file, edits, swap, packets", ("policy_scale", "policy_packets"),
         once(*POLICIES), fold.as_told, rows.of_told),
    Part("veth", "veth", "end to end over veth beside Nebula, wireguard-go and testpmd (root)", ("tcp_rate", "udp_rate"), once(VETH),
         fold.as_told, rows.of_told),
)
