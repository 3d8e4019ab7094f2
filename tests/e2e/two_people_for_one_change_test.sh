#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Where the configuration asks for it, a policy takes two people, each with a certificate of their own:
# what one proposes is refused to herself, shown to the other, and in force once he approves it.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready

cat >>"$LAB_DIR/gw-a/control.yaml" <<END
api_listen: "127.0.0.1:7443"
approval: { required_for: [apply, rollback] }
END
lab_kill gw-a control TERM
lab_start gw-a control
for who in alice:engineer alice2:approver bob:approver; do
  name=${who%:*}
  "$LAB_BIN/bulkhead" init --dir "$LAB_DIR/$name" --pki "$LAB_DIR/pki" --operator "${name%2}" --role "${who#*:}" \
    >"$LAB_DIR/init.log" 2>&1 || { cat "$LAB_DIR/init.log"; fail "certificate of $who"; }
done
as() {  # as PERSON WORDS...
  local files=$LAB_DIR/$1/operator-${1%2}
  shift
  in_host gw-a "$LAB_BIN/bulkhead" --server 127.0.0.1:7443 --certificate "$files.pem" --certificate-key "$files.key" \
    --anchors "$(dirname "$files")/roots.pem" "$@"
}
check "control answers at its TLS port" until_true 20 as alice status
check "gw-a and gw-b agree again" until_true 20 lab_peer_is_up gw-a
check "reads pass" until_true 10 read_register hmi 10

sed 's/holding: \["0-199"\], //' "$LAB_ROOT/docs/examples/demo.yaml" >"$LAB_DIR/narrow.yaml"
check_says "alice, an engineer, proposes a policy without those reads" 'proposed as 1: nothing changed yet' \
  as alice apply "$LAB_DIR/narrow.yaml" --comment "no reads"
check "and reads go on" read_register hmi 10
check_says "bob, an approver, sees what it would take away" '^- hmi-3 -> plc-7 +modbus read holding 0-199' as bob proposal 1
check_says "alice may not approve it as an engineer" 'approver or admin' as alice approve 1
check_says "nor with a certificate of another role" 'another person must approve it' as alice2 approve 1
check_says "the list shows it" "open +apply .*no reads +alice" bh gw-a proposals
check_says "bob approves, and every worker obeys" 'in force.*every worker obeys' as bob approve 1
gone() { ! read_register hmi 10; }
check "reads are refused" until_true 10 gone
check_says "the history names both" 'alice, approved by bob' as alice history
check_says "a rollback is proposed as well" 'proposed as 2' as alice rollback 1
check_says "and can be taken back" 'proposal 2 is ended' as alice reject 2
check_says "what is ended is not approved" 'is decided' as bob approve 2
check_says "the log of it is whole" 'good: every entry fits' as alice audit verify
