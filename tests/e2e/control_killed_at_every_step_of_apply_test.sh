#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Control is killed (SIGKILL) at the system calls that write its store or speak to the dataplane while a
# policy is applied, and started again. Each time: what had been acknowledged is in force; what had not is there whole or not at all; store and audit log are good; control and dataplane
# agree; and the HMI that polls meanwhile loses nothing.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
# shellcheck source=tests/e2e/kill.sh
. "$E2E/kill.sh"
lab_ready
CALLS="memfd_create ftruncate sendmsg pwrite64 fdatasync fsync unlink"
# shellcheck source=tests/e2e/two_policies.sh
. "$E2E/two_policies.sh"

control_comes_back() {
  lab_start gw-a control
  until_true 20 in_step gw-a || { bh gw-a status; fail "step $1: control and dataplane do not agree"; }
}
looks_whole() {  # looks_whole STEP OLD NEW
  local now
  now=$(stored) || fail "step $1: the stored policy is neither the old nor the new one"
  [ "$KILLED_STATUS" -ne 0 ] || [ "$now" = "$3" ] || fail "step $1: acknowledged, and lost"
  enforces "$now" || fail "step $1: stored is $now, enforced another"
  bh gw-a audit verify >"$LAB_DIR/verify" 2>&1 || { cat "$LAB_DIR/verify"; fail "step $1: the audit log is not good"; }
  echo "step $1: $([ "$KILLED_STATUS" -eq 0 ] && echo acknowledged || echo not acknowledged), $now is in force"
}

polling_starts
killed=0 kept=0 taken=0
kill_in_apply() {  # kill_in_apply SYSCALL N
  local old new
  old=$(stored) || fail "the stored policy is neither"
  new=$(other_than "$old")
  if ! kill_at gw-a control "$1" "$2" bh gw-a apply "$LAB_DIR/$new.yaml"; then
    is_stored "$new" || fail "an apply that nobody interrupted ($1 $2) is not in force"
    return 1
  fi
  killed=$((killed + 1))
  control_comes_back "$1 $2"
  looks_whole "$1 $2" "$old" "$new"
  if is_stored "$new"; then taken=$((taken + 1)); else kept=$((kept + 1)); fi
}
each_step "$CALLS" kill_in_apply
echo "killed $killed times: $kept times the old policy stayed, $taken times the new one was in force"
check "it was killed before and after the new version was stored" [ "$kept" -gt 0 -a "$taken" -gt 0 ]
check "in at least eight steps" [ "$killed" -ge 8 ]
check "control and dataplane agree in the end" until_true 20 in_step gw-a
polling_ends
