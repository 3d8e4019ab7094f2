#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Control is killed (SIGKILL) at the system calls on its sockets while a rekey is under way, at either end,
# and started again. Each time the lanes of both ends still fit: not one poll of the
# HMI is lost, and the next agreement succeeds.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
KILL_STEPS=${KILL_STEPS:-"1 3"}
# shellcheck source=tests/e2e/kill.sh
. "$E2E/kill.sh"
lab_ready
CALLS="sendmsg recvmsg write read"
session() { bh gw-a peers --json | jq -r '.peers[0].session'; }
session_is_after() { [ "$(session)" -gt "$1" ]; }
# The rekey is done when the session number went up; control that was killed answers nothing.
rekeyed() {
  local before
  before=$(session)
  bh gw-a rekey gw-b && until_true 5 session_is_after "$before"
}
up_again() { lab_peer_is_up gw-a && lab_peer_is_up gw-b; }

kill_in_rekey() {  # kill_in_rekey SYSCALL N
  kill_at $gateway control "$1" "$2" rekeyed || return 1
  killed=$((killed + 1))
  lab_start $gateway control
  until_true 30 up_again || fail "$gateway, $1 $2: the peers do not find each other again"
}

polling_starts
for gateway in gw-a gw-b; do
  killed=0
  each_step "$CALLS" kill_in_rekey
  echo "$gateway: killed $killed times"
  check "$gateway was killed in at least four steps of it" [ "$killed" -ge 4 ]
  check "and a rekey that nobody interrupts succeeds" rekeyed
done
sleep 6  # past drain_s: only the newest lanes are left
check_says "one set of lanes is left at gw-a" '^1$' sh -c "'$LAB_BIN/bulkhead' --socket '$LAB_DIR/gw-a/run/api.sock' peers --json | jq '.peers[0].inbound_lanes'"
check_says "and at gw-b" '^1$' sh -c "'$LAB_BIN/bulkhead' --socket '$LAB_DIR/gw-b/run/api.sock' peers --json | jq '.peers[0].inbound_lanes'"
polling_ends
