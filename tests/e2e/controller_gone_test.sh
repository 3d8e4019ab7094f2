#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Control dies (SIGKILL) and production does not notice; then the dataplane restarts without control
# and enforces the last good policy; then control comes back, and keys are agreed afresh.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
ip netns exec hmi stdbuf -oL mbpoll -m tcp -q -0 -a 1 -r 10 -c 1 -t 4 -l 100 -o 1 10.20.0.70 >"$LAB_DIR/polling.log" 2>&1 &
poller=$!
check "polling began" until_true 5 grep -q 1010 "$LAB_DIR/polling.log"
lab_kill gw-a control
lab_kill gw-b control
sleep 3
check_says "a write is still refused without control" 'failed' write_register hmi 150 1
kill -INT $poller; wait $poller 2>/dev/null
check_says "polling lost nothing" ' 0 errors' cat "$LAB_DIR/polling.log"

lab_kill gw-a dataplane TERM
lab_start gw-a dataplane
check "the restarted dataplane enforces the last good policy before control is up" \
  until_true 10 grep -qE 'ready.*generation [1-9]' <(tail -n 3 -f --pid=$$ "$LAB_DIR/gw-a/dataplane.log")
check_says "without keys nothing passes" 'failed' read_register hmi 10
lab_start gw-a control
lab_start gw-b control
check "peers find each other again" until_true 20 lab_peer_is_up gw-a
check "and reads pass" until_true 20 sh -c "$(declare -f in_host read_register); read_register hmi 10 | grep -q 1010"
