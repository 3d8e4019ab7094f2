#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# In an emergency two people open a grant at both gateways while both controls are dead and the PLC is
# locked: a write that nothing else allows passes, in the middle of it one dataplane restarts, and
# on time it is refused again. One person alone opens nothing. Control finds it and enters it.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready

declare -A line
for person in keller ito; do
  line[$person]=$(bh gw-a break-glass key $person --out "$LAB_DIR/$person.key" 2>/dev/null | tail -1) || fail "key of $person"
done
cat "$LAB_ROOT/docs/examples/demo.yaml" - >"$LAB_DIR/glass.yaml" <<END
approvers:
${line[keller]}
${line[ito]}
break_glass:
  - name: emergency
    on: hmi-3
    to: plc-7
    modbus: { allow: [read, write] }
    for: 1h
    approvers: [keller, ito]
END
check "a policy with a break-glass grant is applied" lab_apply "$LAB_DIR/glass.yaml"
written() { write_register hmi 150 "$1" 2>&1 | grep -q Written; }
refused() { ! written 7; }
check "which changes nothing: the write is refused" refused
check_says "explain says who could open it" "'emergency' joins the two .*once two approvers open it" \
  bh gw-a explain --from hmi-3 --to plc-7 modbus write holding 150
for gateway in gw-a gw-b; do
  check "the PLC is locked at $gateway" bh $gateway lock plc-7
  lab_kill $gateway control
done
unread() { ! read_register hmi 10; }
check "under the lock nothing is even read" until_true 5 unread

request=$LAB_DIR/open.txt
check_says "one person asks" 'a second approver' \
  bh gw-a break-glass request emergency --gateway gw-a --gateway gw-b --for 40s --reason "valve 3 is stuck" \
  --as keller --key "$LAB_DIR/keller.key" --out "$request"
opened_at=$SECONDS
check_says "alone, that opens nothing" 'only the signature of keller' \
  bh gw-a break-glass open "$request" --dataplane "$LAB_DIR/gw-a/run/dataplane.sock"
check_says "nor twice" 'takes another person' bh gw-a break-glass approve "$request" --as keller --key "$LAB_DIR/keller.key"
check_says "a second person signs" 'signed by ito' bh gw-a break-glass approve "$request" --as ito --key "$LAB_DIR/ito.key"
check_says "without control, the command says what to do" 'dataplane takes it itself: --dataplane' bh gw-a break-glass open "$request"
for gateway in gw-a gw-b; do
  check_says "$gateway obeys it, control or not" "OPEN 'emergency' until .*every worker obeys" \
    bh $gateway break-glass open "$request" --dataplane "$LAB_DIR/$gateway/run/dataplane.sock"
  check "and shouts in its log" grep -q "BREAK-GLASS 'emergency' is OPEN until .* by ito, keller: valve 3 is stuck" \
    "$LAB_DIR/$gateway/dataplane.log"
done
check "the write passes, the PLC being locked" until_true 10 written 42
lab_kill gw-a dataplane TERM
lab_start gw-a dataplane
for gateway in gw-a gw-b; do lab_start $gateway control; done
check "peers find each other again" until_true 20 lab_peer_is_up gw-a
check "after a restart of the dataplane it passes as before" until_true 10 written 43
check_says "status shouts too" "BREAK-GLASS .*'emergency' is open until .*valve 3 is stuck" bh gw-a status
check_says "the audit log has it" 'break_glass.found_open .*emergency' bh gw-a audit
still=$((40 - (SECONDS - opened_at)))
[ $still -gt 0 ] || fail "the test was too slow: $still s left"
check "and it ends on time" until_true $((still + 5)) refused
[ $((SECONDS - opened_at)) -ge 40 ] || fail "it ended after $((SECONDS - opened_at)) s"
check_says "what is over opens nothing" 'is over' bh gw-a break-glass open "$request"
