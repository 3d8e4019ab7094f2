#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A lock cuts an established flow at once and unlocking lets it return; a lock survives a restart of
# the dataplane without control; a posture fact runs out while control is dead.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready

# Reads ten times a second, and says each time whether it could.
watch_register() {
  while :; do
    if read_register hmi 10 | grep -q 1010; then echo passes; else echo fails; fi
    sleep 0.1
  done
}
watch_register >"$LAB_DIR/watch.log" 2>/dev/null &
now_it() { tail -n 2 "$LAB_DIR/watch.log" | sort -u | grep -qx "$1"; }
in_host hmi stdbuf -oL mbpoll -m tcp -q -0 -a 1 -r 10 -c 1 -t 4 -l 100 -o 1 10.20.0.70 >"$LAB_DIR/polling.log" 2>&1 &
poller=$!
check "one connection is polled" until_true 5 grep -q 1010 "$LAB_DIR/polling.log"
check "and new ones pass" until_true 10 now_it passes

check_says "a lock says how long the workers took" 'in force.*every worker obeys' \
  bh gw-a lock plc-7 --reason "seen writing"
polled=$(grep -c 1010 "$LAB_DIR/polling.log")
sleep 2
[ "$(grep -c 1010 "$LAB_DIR/polling.log")" -le $((polled + 1)) ] || fail "the established flow went on under the lock"
echo "ok: the established flow was cut at once"
check "new flows are refused" until_true 10 now_it fails
check "because it is locked" until_true 5 drops_at_least gw-a locked 1
check_says "state shows the lock and who made it" 'identity +plc-7 .*seen writing' bh gw-a state
check_says "a lock of nobody is said to be one" 'warning: .plc-77. is nobody' bh gw-a lock plc-77
check_says "the locked asset is not even resolved" 'Received 0 response|0 packets received' \
  in_host hmi arping -c 2 -w 3 -I eth0 10.20.0.70
check_says "unlock says the same" 'in force.*every worker obeys' bh gw-a unlock plc-7
check "and it returns" until_true 20 now_it passes
kill -KILL $poller 2>/dev/null
wait $poller 2>/dev/null

check_says "the zone is locked by its labels" 'in force' bh gw-a lock --zone role=plc
lab_kill gw-a control
lab_kill gw-a dataplane TERM
lab_start gw-a dataplane
check "the restarted dataplane enforces the last good policy before control is up" \
  until_true 10 grep -qE 'ready.*generation [1-9]' <(tail -n 3 -f --pid=$$ "$LAB_DIR/gw-a/dataplane.log")
check_says "and the lock: the asset is still not resolved" 'Received 0 response|0 packets received' \
  in_host hmi arping -c 2 -w 3 -I eth0 10.20.0.70
lab_start gw-a control
zone_is_locked() { bh gw-a state | grep -q 'zone *role=plc'; }
check "control remembers the lock" until_true 20 zone_is_locked
check "peers find each other again" until_true 20 lab_peer_is_up gw-a
check "the lock holds with keys too" until_true 10 now_it fails
check_says "it is released" 'in force' bh gw-a unlock --zone role=plc
check "and reads pass" until_true 20 now_it passes

sed 's/    refuse_with: reset/&\n    when: { posture: [patched] }/' "$LAB_ROOT/docs/examples/demo.yaml" >"$LAB_DIR/posture.yaml"
check "a policy that asks for posture is applied" lab_apply "$LAB_DIR/posture.yaml"
check "who is not known to be patched may nothing" until_true 10 now_it fails
check "because of that" until_true 5 drops_at_least gw-a posture 1
bh gw-b posture set hmi-3 patched --for 1h >/dev/null || fail "posture at the far gateway"
check "patched for some seconds" bh gw-a posture set hmi-3 patched --for 8s
check "reads pass" until_true 5 now_it passes
lab_kill gw-a control
check "the fact runs out without control" until_true 15 now_it fails
