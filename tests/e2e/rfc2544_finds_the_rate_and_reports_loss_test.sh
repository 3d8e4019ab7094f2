#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bench/rfc2544/run in short over two real gateways: it finds a rate at which nothing is lost and latencies below it, reports
# loss where more is offered than they take, proves the way by their counters, and, when the policy lets nothing pass,
# says so instead of measuring. How fast anything was is not looked at.
# alone: it measures rates
. "$(dirname "$0")/common.sh"
BUILD=${LAB_BIN%/bin}
TESTER=$BUILD/bench/rfc2544_tester
[ -x "$TESTER" ] || fail "no tester at $TESTER (scripts/build makes it)"
lab_enter "$0" "$@"

# A host of two ports, in the places of hmi and plc.
tester_topology() {
  lab_topology || return 1
  ip netns add tester
  ip -n tester link set lo up
  in_host tester sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  ip -n hmi link delete eth0 && ip -n plc link delete eth0 || return 1
  lab_cable tester t0 gw-a z0
  lab_cable tester t1 gw-b z0
}
tester_policy() {  # tester_policy RELATIONSHIP-LINES...
  sed '/^relationships:/,$d' "$LAB_ROOT/docs/examples/demo.yaml"
  printf 'relationships:\n'
  printf '%s\n' "$@"
}
MEASURED=('  - name: measured' '    from: { role: hmi, cell: "3" }' '    to: { role: plc, cell: "3" }' '    udp: { ports: [47000] }')
tester_config() {
  cat <<YAML
out:
  port: { driver: af_packet, device: t0 }
  mac: "02:00:00:00:00:11"
  ip: 10.20.0.11
back:
  port: { driver: af_packet, device: t1 }
  mac: "02:00:00:00:00:70"
  ip: 10.20.0.70
traffic: { frame_bytes: [64, 512], flows: 8, port: 47000 }
trials:
  tests: [throughput, latency, back_to_back, recovery]
  seconds: 1
  wait_ms: 300
  rest_ms: 0
  highest_per_second: $1
  resolution_percent: 25
  latency_loads: [50]
  back_to_back_repeats: 1
  back_to_back_ms: 100
  recovery_seconds: 1
accept: { p99_us: 10000000 }
gateways:
  near: [$LAB_BIN/bulkhead, --socket, $LAB_DIR/gw-a/run/api.sock]
  far: [$LAB_BIN/bulkhead, --socket, $LAB_DIR/gw-b/run/api.sock]
machine: { threads: 1, packet_buffers: 8192 }
YAML
}
# It has the processor before the gateways have: what they cannot keep up with is theirs to lose.
measure() { ip netns exec tester nice -n -10 "$LAB_ROOT/bench/rfc2544/run" "$LAB_DIR/site.yaml" --build "$BUILD" --output "$LAB_DIR/$1" "${@:2}"; }
says() { jq -e "$2" "$LAB_DIR/$1.json"; }  # says RUN FILTER

tester_topology && lab_init >"$LAB_DIR/init.log" || { cat "$LAB_DIR/init.log"; fail "lab topology"; }
lab_gateways || fail "gateways"

tester_policy '  - name: echo' '    from: { role: hmi, cell: "3" }' '    to: { role: plc, cell: "3" }' '    icmp: { echo: true }' \
  >"$LAB_DIR/other.yaml"
tester_policy "${MEASURED[@]}" >"$LAB_DIR/policy.yaml"
tester_config 2000000 >"$LAB_DIR/site.yaml"

lab_apply "$LAB_DIR/other.yaml" || fail "apply"
check_says "a policy without the service is no loss but an error with what to do" \
  'nothing comes back.* 10.20.0.11 -> 10.20.0.70 udp/47000' measure refused --tests throughput --sizes 64
cp "$LAB_DIR/check" "$LAB_DIR/refused.log"
check_says "and the gateway's reason for it is told" 'Dropped at the near gateway: [0-9]+ no_relationship' cat "$LAB_DIR/refused.log"
check "nothing was written of it" test ! -e "$LAB_DIR/refused.json"

lab_apply "$LAB_DIR/policy.yaml" || fail "apply"
check "a rate far beyond what the gateways take" measure beyond --tests loss --sizes 64
check "is reported as loss" says beyond '.rfc2544[0] | .name == "64B loss at 100 % of the highest rate" and .value > 1'
check "and the way is proven" says beyond '.void == "" and .gateways.near.out >= .gateways.received and .gateways.received > 0'

tester_config 100000 >"$LAB_DIR/site.yaml"
check "throughput and latency are measured" measure found
cat "$LAB_DIR/check"
for size in 64B 512B; do
  check "$size: a rate without loss is found" says found "any(.rfc2544[]; .name == \"$size throughput\" and .value > 100)"
  check "$size: its last lossless trial came back whole" says found \
    "[.rfc2544[] | select(.name == \"$size throughput\").trials[] | select(.received == .offered)] | length > 0"
  check "$size: half of it has a latency" says found "any(.rfc2544[]; .name == \"$size latency at 50 %, p99\" and .value > 0)"
  check "$size: a burst without loss is found" says found "any(.rfc2544[]; .name == \"$size back-to-back\" and .value >= 1)"
  check "$size: recovery is told" says found "any(.rfc2544[]; .name == \"$size recovery from overload\" and (.value != null or .reason != \"\"))"
done
check "what the site asks for is judged" says found '[.rows[] | select(.met)] | length == 2'
check "the page has the figures and the way" grep -q 'The traffic took the mesh' "$LAB_DIR/found.md"

ip netns exec tester "$LAB_ROOT/bench/rfc2544/run" "$LAB_DIR/site.yaml" --build "$BUILD" --seconds 60 --output "$LAB_DIR/ended" &
run=$!
tester_runs() { pgrep rfc2544_tester; }
check "a long run begins" until_true 20 tester_runs
kill -TERM $run
wait $run
no_tester_runs() { ! tester_runs; }
check "ended in the middle it leaves no process" until_true 10 no_tester_runs
exit 0
