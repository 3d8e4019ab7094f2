#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Five rekeys, asked for on either side, while the HMI polls every 20 ms: new keys, no poll lost.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
session() { bh gw-a peers --json | jq -r '.peers[0].session'; }
session_is_after() { [ "$(session)" -gt "$1" ]; }

ip netns exec hmi stdbuf -oL mbpoll -m tcp -q -0 -a 1 -r 10 -c 1 -t 4 -l 20 -o 1 10.20.0.70 >"$LAB_DIR/polling.log" 2>&1 &
poller=$!
check "polling began" until_true 5 grep -q 1010 "$LAB_DIR/polling.log"
for gateway in gw-a gw-b gw-a gw-b gw-a; do
  before=$(session)
  peer=$([ $gateway = gw-a ] && echo gw-b || echo gw-a)
  check "a rekey asked for at $gateway" bh $gateway rekey "$peer"
  check "gives a new session" until_true 10 session_is_after "$before"
done
sleep 6  # past drain_s: the old lanes are gone
check_says "one set of lanes is left" '^1$' sh -c "'$LAB_BIN/bulkhead' --socket '$LAB_DIR/gw-a/run/api.sock' peers --json | jq '.peers[0].inbound_lanes'"
kill -INT $poller; wait $poller 2>/dev/null
check_says "not one poll was lost" ' 0 errors' cat "$LAB_DIR/polling.log"
