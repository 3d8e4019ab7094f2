#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The dataplane is killed (SIGKILL) at the system calls that take a policy or keep it on disk, and started
# again. Each time it enforces a whole policy before control speaks to it, control then brings it to the stored one, and traffic passes within 2 s of the start (at most 5 s, should the
# machine do something else meanwhile).
# alone: it measures how soon traffic passes after a start
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
KILL_STEPS=${KILL_STEPS:-"1 2 3"}
# shellcheck source=tests/e2e/kill.sh
. "$E2E/kill.sh"
lab_ready
CALLS="recvmsg openat write fsync rename sendmsg"
# shellcheck source=tests/e2e/two_policies.sh
. "$E2E/two_policies.sh"
now_ms() { date +%s%3N; }
poll_passes() { in_host hmi timeout 0.3 mbpoll -m tcp -q -0 -a 1 -t 4 -1 -o 0.2 -r 10 -c 1 10.20.0.70; }
# Milliseconds from the start of the process to the first answer of the PLC.
restart_to_traffic() {
  local began
  began=$(now_ms)
  lab_start gw-a dataplane
  until poll_passes >/dev/null 2>&1; do [ $(($(now_ms) - began)) -lt 20000 ] || fail "step $1: no traffic after 20 s"; done
  RESTART_MS=$(($(now_ms) - began))
}
from_disk() { grep -cE 'ready.*generation [1-9]' "$LAB_DIR/gw-a/dataplane.log"; }

killed=0 slowest=0 policy=narrow took=()
kill_in_apply() {  # kill_in_apply SYSCALL N
  local new starts nth="$1 $2"
  new=$(other_than "$policy")
  kill_at gw-a dataplane "$1" "$2" bh gw-a apply "$LAB_DIR/$new.yaml" || { policy=$new; return 1; }
  killed=$((killed + 1))
  starts=$(from_disk)
  restart_to_traffic "$nth"
  [ "$(from_disk)" -gt "$starts" ] || fail "step $nth: it did not start with a policy from disk"
  until_true 10 in_step gw-a || { bh gw-a status; fail "step $nth: control and dataplane do not agree"; }
  policy=$(stored) || fail "step $nth: another policy is stored"
  enforces "$policy" || fail "step $nth: stored is $policy, enforced another"
  [ $RESTART_MS -le $slowest ] || slowest=$RESTART_MS
  took+=("$RESTART_MS")
  echo "step $nth: apply exit $KILLED_STATUS, $policy is in force, $RESTART_MS ms from start to traffic"
}
each_step "$CALLS" kill_in_apply
median=$(printf '%s\n' "${took[@]}" | sort -n | sed -n "$(((${#took[@]} + 1) / 2))p")
echo "killed $killed times; restart to traffic: median $median ms, slowest $slowest ms"
check "it was killed in at least six steps of an apply" [ "$killed" -ge 6 ]
check "traffic passed within 2 s of a start" [ "$median" -le 2000 ]
check "and within 5 s of every one" [ "$slowest" -le 5000 ]
check "the policy that was applied last is enforced" enforces $policy
