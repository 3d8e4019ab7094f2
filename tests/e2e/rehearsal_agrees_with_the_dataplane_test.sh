#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One capture twice: through `bulkhead rehearse`, and over a wire into the dataplane as it runs in the field, under
# the same policy. Every frame's fate must be the same: the counts by reason, and the operations allowed.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
/usr/bin/python3 -c 'import scapy' 2>/dev/null || { echo "scapy is not installed"; exit 77; }
mkdir -p /run/netns && mount -t tmpfs none /run/netns
for ns in gw-a segment; do
  ip netns add $ns
  in_host $ns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
done
lab_cable segment eth0 gw-a z0  # nobody at its end has an address: no kernel answers

cat >"$LAB_DIR/policy.yaml" <<'END'
identities:
  - { name: hmi-3, bind: { gateway: gw-a, port: zone0, mac: "02:00:00:00:00:11", ip: 10.20.0.11 }, labels: { role: hmi } }
  - { name: plc-7, bind: { gateway: gw-a, port: zone0, mac: "02:00:00:00:00:70", ip: 10.20.0.70 }, labels: { role: plc } }
  - { name: laptop-9, bind: { gateway: gw-a, port: zone0, mac: "02:00:00:00:00:66", ip: 10.20.0.66 }, labels: { role: laptop } }
relationships:
  - name: hmi-operates-plc
    from: { role: hmi }
    to: { role: plc }
    modbus:
      allow:
        - read: { units: [1], holding: ["0-199"] }
        - write: { units: [1], holding: ["100-119"], value: "0..1500" }
    icmp: { echo: true }
END
"$LAB_BIN/bulkhead" init --gateway gw-a --dir "$LAB_DIR/gw-a" --pki "$LAB_DIR/pki" --underlay 172.30.0.1/24 --mesh-interface m0 \
  --zone zone0=z0 --run-dir "$LAB_DIR/gw-a/run" --state-dir "$LAB_DIR/gw-a/state" >/dev/null || fail "init"
sed -i 's/driver: af_packet/driver: "null"/; /device: m0/d' "$LAB_DIR/gw-a/dataplane.yaml"  # the mesh, the first port
sed -i '0,/driver: "null"/! s/driver: "null"/driver: af_packet/' "$LAB_DIR/gw-a/dataplane.yaml"
frames=$(/usr/bin/python3 "$E2E/endpoints/mixed_capture.py" "$LAB_DIR/mixed.pcap" "$(in_host gw-a cat /sys/class/net/z0/address)" 2>/dev/null) ||
  fail "no capture was made"

lab_start gw-a dataplane
check "the dataplane starts" until_true 20 test -S "$LAB_DIR/gw-a/run/dataplane.sock"
lab_start gw-a control
in_force() { bh gw-a apply "$LAB_DIR/policy.yaml" | grep -q 'in force'; }
check "the policy is in force" until_true 20 in_force

check "a segment says $frames frames" in_host segment /usr/bin/python3 "$E2E/endpoints/send_capture.py" eth0 "$LAB_DIR/mixed.pcap"
counters() { bh gw-a counters --json; }
read_all() { [ "$(counters | jq '[.ports[] | select(.port == "zone0") | .rx_packets | tonumber] | add // 0')" -ge "$frames" ]; }
check "the dataplane reads them" until_true 10 read_all
check "the rehearsal runs" sh -c "'$LAB_BIN/bulkhead' rehearse '$LAB_DIR/mixed.pcap' --policy '$LAB_DIR/policy.yaml' --as-captured --json >'$LAB_DIR/rehearsal.json'"

counters | jq -S '[.drops[] | select((.packets | tonumber) > 0)] | group_by(.reason) | map({(.[0].reason): (map(.packets | tonumber) | add)}) | add' >"$LAB_DIR/live"
jq -S '.reasons' "$LAB_DIR/rehearsal.json" >"$LAB_DIR/rehearsed"
cat "$LAB_DIR/live"
check "frames are dropped for the same reasons, and as many" diff "$LAB_DIR/live" "$LAB_DIR/rehearsed"
check "of at least ten kinds" [ "$(jq length "$LAB_DIR/live")" -ge 10 ]
live_allowed=$(counters | jq '[.. | objects | .operations_allowed? // empty | tonumber] | add')
check "and as many operations are allowed, $live_allowed" [ "$live_allowed" = "$(jq .operations_allowed "$LAB_DIR/rehearsal.json")" ]
