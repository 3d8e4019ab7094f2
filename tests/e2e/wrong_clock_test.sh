#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The control of gw-a boots in 1970: it works on its time floor. It boots eleven years ahead: a limited
# grace refuses the peer with a sentence, an unlimited one keeps it, with alarms. Then the clock is right
# again, and everything is as before: nothing of the wrong time stayed.
. "$(dirname "$0")/common.sh"
FAKETIME_LIBRARY=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -1)
[ -n "$FAKETIME_LIBRARY" ] || { echo "faketime is not installed"; exit 77; }
lab_enter "$0" "$@"

restart_control_at() {  # restart_control_at [TIME]
  lab_kill gw-a control
  rm -f "$LAB_DIR/gw-a/run/api.sock"
  # The wall clock only: a monotonic clock is right in every plant.
  [ -z "${1:-}" ] || export LD_PRELOAD=$FAKETIME_LIBRARY FAKETIME="@$1" FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1
  lab_start gw-a control
  unset LD_PRELOAD FAKETIME FAKETIME_DONT_FAKE_MONOTONIC NO_FAKE_STAT
  until_true 20 bh gw-a status
}
set_grace() { sed -i '/^pki:/,$d' "$LAB_DIR/gw-a/control.yaml"; printf 'pki:\n  grace_days: %s\n' "$1" >>"$LAB_DIR/gw-a/control.yaml"; }
alarmed() { bh gw-a pki status --json | jq -e --arg kind "$1" '[.alarms[]? | select(.kind == $kind)] | length > 0'; }
quiet() { ! alarmed "$1"; }
refused() { bh gw-a peers --json | jq -e '[.peers[] | select(.state != "up" and (.revoked | test("expired .* its grace ended")))] | length > 0'; }
in_grace() { bh gw-a peers --json | jq -e '[.peers[] | select(.state == "up" and (.certificate_in_grace))] | length > 0'; }

lab_ready
check "a poll passes" until_true 10 read_register hmi 10
ahead="$(($(date -u +%Y) + 11))-01-01 00:00:00"

check "control starts in 1970" restart_control_at "1970-01-01 00:10:00"
check "the peer is up again, on the time floor" until_true 20 lab_peer_is_up gw-a
check "the clock is said to be behind" until_true 5 alarmed clock_behind
check "a poll passes in 1970" until_true 10 read_register hmi 10

set_grace 30
check "control starts eleven years ahead" restart_control_at "$ahead"
check "with a limited grace the peer is refused: expired" until_true 20 refused
check "the clock is said to be far ahead" until_true 5 alarmed clock_ahead
check_says "and cut off: nothing passes" 'failed' read_register hmi 10

set_grace forever
check "control starts eleven years ahead, with unlimited grace" restart_control_at "$ahead"
check "the peer is up, and shown to be in grace" until_true 20 in_grace
check "its grace is an alarm" until_true 5 alarmed peer_in_grace

set_grace 30
check "control starts with the right time" restart_control_at
check "the peer is up" until_true 20 lab_peer_is_up gw-a
check "no alarm of the clock is left" quiet clock_behind
check "nor of the time ahead" quiet clock_ahead
check "a poll passes in our time" until_true 10 read_register hmi 10
