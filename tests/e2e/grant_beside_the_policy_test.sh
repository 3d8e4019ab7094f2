#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A grant lets one register be written beside the policy; revoked, or run out, it does not.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
write_passes() { write_register hmi 150 7 | grep -q 'Written 1'; }
write_is_refused() { ! write_passes; }
grant() {  # grant NAME UNTIL
  cat >"$LAB_DIR/grant.yaml" <<YAML
name: $1
subject: vendor-acme/alice
on: hmi-3
to: plc-7
modbus: { allow: [ { write: { units: [1], holding: [150] } } ] }
until: $2
ticket: CHG-1234
YAML
  bh gw-b grant "$LAB_DIR/grant.yaml" && bh gw-a grant "$LAB_DIR/grant.yaml"
}

check "the policy alone refuses the write" write_is_refused
check_says "a grant is in force when the command returns" 'hmi-3 -> plc-7 .*modbus write holding 150' grant chg-1 "$(date -u -d '+1 hour' +%FT%TZ)"
check "and the write passes" until_true 5 write_passes
check_says "grants shows it" 'chg-1 +in force' bh gw-a grants
check_says "a second one of that name is refused" 'in force already' grant chg-1 "$(date -u -d '+1 hour' +%FT%TZ)"
check "revoked, it is gone when the command returns" bh gw-a grant revoke chg-1
check "and the write is refused" write_is_refused
check_says "grants remembers who revoked it" 'chg-1 +revoked by local:' bh gw-a grants
check "gw-b too" bh gw-b grant revoke chg-1

check "one that soon ends" grant chg-2 "$(date -u -d '+8 seconds' +%FT%TZ)"
check "passes before" write_passes
check "ends by itself, by the dataplane's clock" until_true 20 write_is_refused
check_says "and shows as expired" 'chg-2 +expired' bh gw-a grants
check_says "the audit log has it all" 'grant.revoke' bh gw-a audit
