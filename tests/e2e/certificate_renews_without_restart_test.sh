#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# gw-b's certificate lives 20 seconds. It is renewed at half life against gw-a, with a new key, taken up
# by the running control, and fresh keys are agreed under it; the HMI's polling loses nothing.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_topology && lab_management && lab_init >"$LAB_DIR/init.log" || fail "lab"
lab_issuer 20
printf 'pki:\n  issuer: "192.168.77.1:4434"\n' >>"$LAB_DIR/gw-b/control.yaml"
lab_gateways && lab_apply "$LAB_ROOT/docs/examples/demo.yaml" >/dev/null && lab_plc || fail "gateways"
serial() { bh gw-b pki status --json | jq -r '.certificates[0].serial'; }
session() { bh gw-b peers --json | jq -r '.peers[0].session'; }
renewed() { [ "$(bh gw-b pki status --json | jq -r '.renewal.renewals // 0')" -ge "$1" ]; }
session_is_after() { [ "$(session)" -gt "$1" ]; }
serial_is_not() { [ "$(serial)" != "$1" ]; }
key_is_not() { [ "$(sha256sum <"$LAB_DIR/gw-b/gateway.key")" != "$1" ]; }
none_expired() { bh gw-b pki status --json | jq -e '[.certificates[] | select(.alarm == "expired")] | length == 0'; }
ip netns exec hmi stdbuf -oL mbpoll -m tcp -q -0 -a 1 -r 10 -c 1 -t 4 -l 20 -o 1 10.20.0.70 >"$LAB_DIR/polling.log" 2>&1 &
poller=$!
check "polling began" until_true 5 grep -q 1010 "$LAB_DIR/polling.log"

long=$(serial) agreed=$(session) key=$(sha256sum <"$LAB_DIR/gw-b/gateway.key")
check "a renewal is asked for" bh gw-b pki renew
check "and comes" until_true 10 renewed 1
check "the running control uses the new certificate" until_true 5 serial_is_not "$long"
check "which is for a new key" key_is_not "$key"
short=$(serial)
check "fresh keys are agreed under it within ten seconds" until_true 13 session_is_after "$agreed"
agreed=$(session)
check "at half of its 20 seconds it is renewed by itself" until_true 12 renewed 2
check "to another certificate" until_true 5 serial_is_not "$short"
check "with fresh keys" until_true 18 session_is_after "$agreed"
check "nothing has expired" none_expired
kill -INT $poller; wait $poller 2>/dev/null
check_says "not one poll was lost" ' 0 errors' cat "$LAB_DIR/polling.log"
