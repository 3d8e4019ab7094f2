#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# gw-a is behind an address translator, which changes its address and ports while the HMI polls: gw-b
# learns where gw-a is, follows it by authenticated packets, and the one TCP session lives on.
. "$(dirname "$0")/common.sh"
. "$E2E/../../scripts/lab_underlays.sh"
lab_enter "$0" "$@"
lab_topology && lab_translator && lab_init >"$LAB_DIR/init.log" && lab_translated_path 100 || fail "lab topology"
lab_gateways || fail gateways
lab_apply "$LAB_ROOT/docs/examples/demo.yaml" || fail apply
lab_plc || fail plc

endpoint() { bh gw-b peers --json | jq -r '.peers[0].paths[0].underlay'; }
endpoint_is() { endpoint | grep -qE "$1"; }
path_up() { bh "$1" peers --json | jq -e '.peers[0].paths[0].up' >/dev/null; }
check "gw-b learns gw-a's translated address" until_true 10 endpoint_is '^172\.30\.0\.9:'
check "the path is up at gw-a" until_true 10 path_up gw-a
check "and at gw-b" until_true 10 path_up gw-b
echo "gw-a is seen at $(endpoint)"

ip netns exec hmi /usr/bin/python3 "$E2E/endpoints/modbus_poll.py" 10.20.0.70 10 0.02 >"$LAB_DIR/polling.log" 2>&1 &
poller=$!
check "polling began" until_true 5 grep -q 1010 "$LAB_DIR/polling.log"
lab_translate_anew
check "gw-b follows to the new address" until_true 5 endpoint_is '^172\.30\.0\.10:'
echo "gw-a is seen at $(endpoint)"
sleep 1
kill -INT $poller; wait $poller 2>/dev/null
tail -n 1 "$LAB_DIR/polling.log"
gap=$(tail -n 1 "$LAB_DIR/polling.log" | sed -n 's/.*longest gap \([0-9]*\) ms.*/\1/p')
check "no poll failed on the one session" grep -q ' 0 errors' "$LAB_DIR/polling.log"
check "the longest gap was below 1000 ms (${gap:-none} ms)" test "${gap:-9999}" -lt 1000
