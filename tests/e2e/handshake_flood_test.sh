#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 100 000 bogus handshakes, ClientHello pieces and ESP packets per second, first from one source, then
# from random ones, 10 s each, while the HMI polls every 20 ms: no poll is lost, nobody is answered, a
# rekey in the middle succeeds, control's memory stays as it was, and each packet has a reason.
# alone: its flood needs a processor, and its claims are about what is left
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
# shellcheck source=tests/e2e/flood.sh
. "$E2E/flood.sh"
attacker_joins
polling_starts

phase() {  # phase NAME FROM
  local name=$1 from=$2 session memory
  remember_drops gw-a handshake_refused no_sa not_for_us arp_silence
  session=$(session_of gw-a)
  memory=$(control_kib gw-a)
  watch_answers
  flood --from "$from" --rate 110000 --seconds 10 >"$LAB_DIR/flood-$name" &
  local flooder=$!
  sleep 3
  check "$name: a rekey is asked for in the middle of the flood" bh gw-a rekey gw-b
  check "$name: and gives a new session before its end" until_true 6 session_is_after gw-a "$session"
  kill -0 $flooder 2>/dev/null || fail "$name: the flood ended before the rekey did"
  wait $flooder || fail "$name: the flood"
  sleep 0.5
  echo "$name: $(cat "$LAB_DIR/flood-$name"); counted at gw-a: $(told_drops gw-a)"
  check "$name: at least 100 000 per second were really sent" [ "$(sent_rate "$name")" -ge 100000 ]
  check "$name: SYNs and ClientHello pieces are handshake_refused" until_true 5 more_drops gw-a handshake_refused 100000
  check "$name: ESP without a lane is no_sa" until_true 5 more_drops gw-a no_sa 50000
  answers_end
  check "$name: gw-a sent to its peer and to nobody else" only_polls_answered
  check "$name: control did not grow (from $memory KiB)" control_below gw-a $((memory + 8192))
}
phase "one source" one
phase "many sources" many
polling_ends
