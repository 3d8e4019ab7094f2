#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The cables of both gateways' mesh and zone ports are pulled for a moment, five times each: a new connection is
# answered within three seconds of each return, the keys are those of before, and no worker stands still.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
session() { bh gw-a peers --json | jq -r '.peers[0].session'; }
poll_passes() { in_host hmi timeout 1 mbpoll -m tcp -q -0 -a 1 -t 4 -1 -o 0.5 -r 10 -c 1 10.20.0.70; }
now_ms() { date +%s%3N; }
flap() {  # flap NAMESPACE INTERFACE DOWN-SECONDS
  ip -n "$1" link set "$2" down
  sleep "$3"
  ip -n "$1" link set "$2" up
}
# Milliseconds until a new connection is answered.
until_traffic() {
  local began
  began=$(now_ms)
  until poll_passes >/dev/null 2>&1; do [ $(($(now_ms) - began)) -lt 20000 ] || fail "$1: no traffic after 20 s"; done
  echo $(($(now_ms) - began))
}

check "a read passes" poll_passes
before=$(session)
for place in "underlay to-a" "plc eth0" "underlay to-b" "hmi eth0"; do
  # shellcheck disable=SC2086
  set -- $place
  slowest=0
  for down in 0.1 0.3 0.5 1 2; do
    flap "$1" "$2" "$down"
    took=$(until_traffic "$place, down for $down s")
    [ "$took" -le $slowest ] || slowest=$took
  done
  echo "$place: five times down, traffic within $slowest ms"
  check "$place: traffic passes within 3 s of each return" [ "$slowest" -le 3000 ]
done
check "the keys are those of before" [ "$(session)" = "$before" ]
check "no worker stands still" sh -c "'$LAB_BIN/bulkhead' --socket '$LAB_DIR/gw-a/run/api.sock' counters --json | jq -e '[.workers[].heartbeat_age_ns | tonumber] | max < 1000000000'"
