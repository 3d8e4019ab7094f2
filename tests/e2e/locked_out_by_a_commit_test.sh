#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The operator applies, on trial, a policy that cuts its own polling. Nobody confirms, and polling
# comes back by itself: with control running, and with control killed and started in between.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
reads_pass() { read_register hmi 10 | grep -q 1010; }
reads_are_cut() { ! reads_pass; }
in_force() { [ "$(bh gw-a history --json | jq -s '[.. | objects | select(.current? == true)][0].generation | tonumber')" -eq "$1" ]; }

# Only one register is left, and it is not the one that is polled.
sed 's/"0-199"/"300"/' "$LAB_ROOT/docs/examples/demo.yaml" >"$LAB_DIR/cut.yaml"
check "polling works" reads_pass
check_says "the bad policy is in force on trial" 'on trial: generation 1 comes back' \
  bh gw-a apply "$LAB_DIR/cut.yaml" --confirm 6s
check "polling is cut" reads_are_cut
check_says "status shows the trial and the time left" 'generation 1 comes back in [0-9]+s' bh gw-a status
check_says "another apply is refused meanwhile" 'generation 2 is on trial' bh gw-a apply "$LAB_ROOT/docs/examples/demo.yaml"
check "nobody confirms and polling comes back" until_true 15 reads_pass
check "as a new generation" in_force 3
check_says "history says what happened" 'rolled back.*' bh gw-a history
check_says "and why" 'generation 1 again: generation 2 was not confirmed within 6 s' bh gw-a history

check_says "once more" 'on trial' bh gw-a apply "$LAB_DIR/cut.yaml" --confirm 8s
lab_kill gw-a control
sleep 9  # the deadline passes with control dead: nothing can put the policy back
check "the dataplane goes on enforcing what it was given" reads_are_cut
lab_start gw-a control
check "the started control puts the former policy back" until_true 20 in_force 5
check "and polling comes back" until_true 30 reads_pass

check_says "a good policy on trial" 'on trial' bh gw-a apply "$LAB_ROOT/docs/examples/demo.yaml" --confirm 5s
check_says "is confirmed" 'it stays in force' bh gw-a confirm 6
sleep 6
check "and stays" in_force 6
check_says "the audit log tells all of it, and is whole" 'good' bh gw-a audit verify
check_says "with control's own rollbacks" 'policy.rollback_unconfirmed' bh gw-a audit
