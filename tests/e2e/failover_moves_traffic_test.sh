#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two underlays. The first is cut while the HMI polls every 20 ms on one TCP session: data takes the
# second one within three keepalive intervals, the session lives on, and data comes back afterwards.
# alone: it measures how soon traffic takes the other path
. "$(dirname "$0")/common.sh"
. "$E2E/../../scripts/lab_underlays.sh"
lab_enter "$0" "$@"
lab_topology && lab_second_underlay && lab_init >"$LAB_DIR/init.log" && lab_second_path 100 || fail "lab topology"
lab_gateways || fail gateways
lab_apply "$LAB_ROOT/docs/examples/demo.yaml" || fail apply
lab_plc || fail plc

# path GATEWAY INDEX FIELD
path() { bh "$1" peers --json | jq -r ".peers[0].paths[$2].$3"; }
path_is() { [ "$(path "$1" "$2" "$3")" = "$4" ]; }
both_paths_up() { path_is "$1" 0 up true && path_is "$1" 1 up true; }
for gateway in gw-a gw-b; do
  check "both paths of $gateway are up" until_true 10 both_paths_up $gateway
  check "data of $gateway takes the first" path_is $gateway 0 active true
done

ip netns exec hmi /usr/bin/python3 "$E2E/endpoints/modbus_poll.py" 10.20.0.70 10 0.02 >"$LAB_DIR/polling.log" 2>&1 &
poller=$!
check "polling began" until_true 5 grep -q 1010 "$LAB_DIR/polling.log"
ip -n underlay link set br0 down
check "data of gw-a takes the second path" until_true 5 path_is gw-a 1 active true
check "and data of gw-b" until_true 5 path_is gw-b 1 active true
check "the first path is seen to be down" path_is gw-a 0 up false
check "one failover is counted" path_is gw-a 0 failovers 1
sleep 1
ip -n underlay link set br0 up
check "data comes back" until_true 10 path_is gw-a 0 active true
sleep 1
kill -INT $poller; wait $poller 2>/dev/null
cat "$LAB_DIR/polling.log" | tail -n 1
gap=$(tail -n 1 "$LAB_DIR/polling.log" | sed -n 's/.*longest gap \([0-9]*\) ms.*/\1/p')
check "no poll failed on the one session" grep -q ' 0 errors' "$LAB_DIR/polling.log"
# Three intervals of 100 ms, and what TCP waits before it repeats what was lost (it doubles).
check "the longest gap was below 1000 ms (${gap:-none} ms)" test "${gap:-9999}" -lt 1000
