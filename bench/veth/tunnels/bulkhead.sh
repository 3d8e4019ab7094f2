# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Two Bulkhead gateways, as `bulkhead init` configures them. One relationship lets the traffic of the measurement pass.
PROGRAMS=("$LAB_BIN/bulkhead" "$LAB_BIN/bulkhead-control" "$LAB_BIN/bulkhead-dataplane")
# What these count is no traffic between the endpoints, or (tx_full) an overload that has its name.
EXPLAINED='["keepalive", "exception_path", "arp_consumed", "tx_full"]'

tunnel_up() {
  lab_init >"$LAB_DIR/init.log" && lab_gateways || return 1
  {
    sed '/^relationships:/,$d' "$LAB_ROOT/docs/examples/demo.yaml"
    cat <<YAML
relationships:
  - name: measured
    from: { role: hmi, cell: "3" }
    to: { role: plc, cell: "3" }
    tcp: { ports: [$TCP_PORT], protocol: any }
    udp: { ports: [$UDP_PORT] }
    icmp: { echo: true }
YAML
  } >"$LAB_DIR/policy.yaml"
  lab_apply "$LAB_DIR/policy.yaml" >/dev/null
}
tunnel_down() {
  local gateway part
  for gateway in gw-a gw-b; do
    for part in control dataplane; do lab_kill $gateway $part; done
  done
}
tunnel_pids() { cat "$LAB_DIR"/gw-?/*.pid; }
tunnel_mode() { bh gw-a status | sed -n 's/^dataplane .*(\(.*\)).*/\1/p'; }
peer_number() { bh "$1" peers --json | jq -r ".peers[0].$2"; }
tunnel_carried() {
  carried "$(peer_number gw-a packets_out)" "$(peer_number gw-b packets_in)" "$(peer_number gw-b bytes_in)" \
    "$(peer_number gw-a packets_in)"
}
tunnel_drops() {
  local gateway
  for gateway in gw-a gw-b; do bh $gateway counters --json; done |
    jq -sc --argjson explained "$EXPLAINED" '[.[].drops[] | {reason, packets: (.packets | tonumber)} | select(.packets > 0)]
      | group_by(.reason) | map({key: .[0].reason, value: (map(.packets) | add)}) | from_entries
      | {unexplained: with_entries(select(.key as $k | $explained | index($k) | not)), all: .}'
}
