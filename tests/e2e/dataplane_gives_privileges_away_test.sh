#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A dataplane with ports of af_packet, tap and pcap drops all capabilities and filters its system calls
# once it is up, in every thread; and then still handles packets of all three, takes policies, keeps
# them on disk, agrees on fresh keys, outlives control, and stops in order.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_topology && lab_init >"$LAB_DIR/init.log" || fail "lab topology"

# Of gw-a, zone1 becomes a tap, and a pcap port reads a file of three frames and writes another.
config=$LAB_DIR/gw-a/dataplane.yaml
sed -i '/name: zone1/,/device:/{s/driver: af_packet/driver: tap/;s/device: z1/device: t1/}' "$config"
cat >>"$config" <<EOF
  - { name: file0, role: zone, driver: pcap, options: "rx_pcap=$LAB_DIR/in.pcap,tx_pcap=$LAB_DIR/out.pcap" }
EOF
/usr/bin/python3 - "$LAB_DIR/in.pcap" <<'EOF'
import sys
from scapy.all import ARP, Ether, wrpcap
wrpcap(sys.argv[1], [Ether(src="02:00:00:00:00:99", dst="ff:ff:ff:ff:ff:ff") / ARP(psrc="10.20.0.99", pdst="10.20.0.70")] * 3)
EOF
lab_gateways || fail "gateways"
lab_apply "$LAB_ROOT/docs/examples/demo.yaml" || fail "apply"
lab_plc || fail "plc"
dataplane=$(cat "$LAB_DIR/gw-a/dataplane.pid")

# every_thread KEY VALUE: a line of status that all threads of the dataplane must have.
every_thread() {
  local threads with
  threads=$(ls "/proc/$dataplane/task" | wc -l)
  with=$(grep -lP "^$1:\t$2$" "/proc/$dataplane/task"/*/status | wc -l)
  echo "$1 $2: $with of $threads threads"
  [ "$threads" -ge 2 ] && [ "$with" -eq "$threads" ]
}
for set in CapPrm CapEff CapInh CapAmb; do
  check "no thread has a capability left ($set)" every_thread $set 0000000000000000
done
check "no thread gains privileges by starting a program" every_thread NoNewPrivs 1
check "the system calls of every thread are filtered" every_thread Seccomp 2
check_says "the log says so" 'confined: no capabilities' cat "$LAB_DIR/gw-a/dataplane.log"

port_packets() { bh gw-a counters --json | jq -e --arg p "$1" "[.ports[] | select(.port == \$p) | .rx_packets | tonumber] | add > $2"; }
check_says "packets of af_packet ports pass" '1010' read_register hmi 10
check "the tap's interface is there" in_host gw-a ip link set t1 up
in_host gw-a ip address add 10.20.0.66/24 dev t1
in_host gw-a timeout 5 arping -q -c 3 -I t1 10.20.0.70
check "frames of the tap are received" until_true 5 port_packets zone1 0
check "frames of the pcap file were received" until_true 5 port_packets file0 2

generation() { bh gw-a status --json | jq -r '.generation | tonumber'; }
before=$(generation)
stored=$(stat -c %i "$LAB_DIR/gw-a/state/dataplane/last_good.image")
sed 's/value: "0..1500"/value: "0..1499"/' "$LAB_ROOT/docs/examples/demo.yaml" >"$LAB_DIR/changed.yaml"
check "a policy is taken" bh gw-a apply "$LAB_DIR/changed.yaml"
check "it is in force" test "$(generation)" -gt "$before"
check "and on disk" test "$(stat -c %i "$LAB_DIR/gw-a/state/dataplane/last_good.image")" != "$stored"
check "fresh keys are agreed on" bh gw-a rekey gw-b
lab_kill gw-a control
check_says "reads pass without control" '1010' read_register hmi 10
lab_start gw-a control
check "control comes back to it" until_true 20 lab_peer_is_up gw-a
check_says "and reads pass" '1010' read_register hmi 10

kill -TERM "$dataplane"; wait "$dataplane"
check "it stops in order" test $? -eq 0
check "the tap is gone with it" sh -c '! ip netns exec gw-a ip link show t1'
check "the file of the pcap port is whole" tcpdump -r "$LAB_DIR/out.pcap" -c 1
echo "confine: false" >>"$config"
lab_start gw-a dataplane
check "confine: false is possible, and warned of" until_true 10 grep -q 'confine: false: capabilities' "$LAB_DIR/gw-a/dataplane.log"
