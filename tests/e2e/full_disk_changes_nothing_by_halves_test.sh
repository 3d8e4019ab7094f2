#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The disk of store and state is full: traffic and enforcement go on, a change is refused with the reason
# and leaves nothing behind, control starts on the full disk, and with room again all works as before.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_topology && lab_init >"$LAB_DIR/init.log" || { cat "$LAB_DIR/init.log"; fail "lab topology"; }
mkdir -p "$LAB_DIR/gw-a/state" && mount -t tmpfs -o size=4m none "$LAB_DIR/gw-a/state" || fail "a small disk"
lab_gateways || fail "gateways"
lab_apply "$LAB_ROOT/docs/examples/demo.yaml" || fail "apply"
lab_plc || fail "plc"

fill() { ! dd if=/dev/zero of="$LAB_DIR/gw-a/state/full" bs=4k status=none && [ "$(df --output=avail "$LAB_DIR/gw-a/state" | tail -1)" -eq 0 ]; }
room() { rm -f "$LAB_DIR/gw-a/state/full"; }
# shellcheck source=tests/e2e/two_policies.sh
. "$E2E/two_policies.sh"
refused() { ! bh gw-a "$@"; }

check "a read passes before" read_register hmi 10
check "the disk is full" fill
check "apply is refused" refused apply "$LAB_DIR/wide.yaml"
check_says "and says that there is no room" 'full|space|No space' bh gw-a apply "$LAB_DIR/wide.yaml"
check "the former policy is stored" is_stored narrow
check "and in force" in_step gw-a
check_says "a write that only the new policy allows is refused" 'failed' write_register hmi 125 7
check "reads pass" read_register hmi 10
check_event "events are told as before" 'write_single_register holding 125' gw-a
check "a lock, which cannot be kept, is refused" refused lock hmi-3
check "and does not act" read_register hmi 10

lab_kill gw-a control
lab_start gw-a control
check "control starts on the full disk" until_true 20 in_step gw-a
check "the peer comes back" until_true 20 lab_peer_is_up gw-a
check "reads pass" until_true 10 read_register hmi 10

room
check "with room again the policy is applied" bh gw-a apply "$LAB_DIR/wide.yaml"
check "stored" is_stored wide
check "and enforced" write_register hmi 125 7
check_says "the audit log is whole" 'good' bh gw-a audit verify
lab_kill gw-a dataplane TERM
lab_start gw-a dataplane
check "a restarted dataplane has the new policy" until_true 20 in_step gw-a
check "and passes it" until_true 20 write_register hmi 125 8
