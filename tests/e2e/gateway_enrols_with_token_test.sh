#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# gw-b comes without a certificate and gets one from gw-a by a one-time token; then keys are agreed and
# the HMI reads. The same token again, one for another name and an expired one are refused.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_topology && lab_management
lab_init_gateway gw-a 172.30.0.1/24 gw-b 172.30.0.2 zone0=z0 zone1=z1 >"$LAB_DIR/init.log" || fail "init of gw-a"
lab_issuer 3600
mkdir -p "$LAB_DIR/gw-b"
lab_start gw-a dataplane
check "gw-a's dataplane runs" until_true 20 test -S "$LAB_DIR/gw-a/run/dataplane.sock"
lab_start gw-a control
check "gw-a's control answers" until_true 20 bh gw-a status

check_says "gw-b's start-up files are made without a PKI" 'bulkhead enroll' \
  "$LAB_BIN/bulkhead" init --gateway gw-b --enroll --dir "$LAB_DIR/gw-b" --underlay 172.30.0.2/24 --mesh-interface m0 \
  --peer gw-a=172.30.0.1 --zone zone0=z0 --run-dir "$LAB_DIR/gw-b/run" --state-dir "$LAB_DIR/gw-b/state"
token() { bh gw-a pki token "$@" 2>/dev/null; }
enrol() { in_host gw-b "$LAB_BIN/bulkhead" enroll --issuer 192.168.77.1:4434 --token "$1" --dir "$LAB_DIR/gw-b" "${@:2}"; }
late=$(token --gateway gw-b --ttl 1s)
check_says "a token for another gateway is refused" 'wrong name\): the join token is for gw-c, not for gw-b' enrol "$(token --gateway gw-c)"
sleep 1.1
check_says "an expired token is refused" 'the join token has expired' enrol "$late"
good=$(token --gateway gw-b)
check_says "a good token gives a certificate" 'spiffe://bulkhead/gateway/gw-b' enrol "$good"
check_says "its key is for its owner alone" '^600$' stat -c %a "$LAB_DIR/gw-b/gateway.key"
check_says "the same token a second time is refused" 'the join token was used already' enrol "$good" --force
check_says "the issuer shows who used it" "gw-b +used .*192.168.77.2" bh gw-a pki tokens
check_says "and wrote an audit line" 'enrolment: gw-b from 192.168.77.2 by token: issued, serial' cat "$LAB_DIR/gw-a/control.log"
if grep -q "$good" "$LAB_DIR/gw-a/control.log" || grep -qa "$good" "$LAB_DIR"/gw-a/state/control.db*; then fail "the token is in a log or in the store"; fi

lab_start gw-b dataplane
until_true 20 test -S "$LAB_DIR/gw-b/run/dataplane.sock"
lab_start gw-b control
check "keys are agreed" until_true 20 lab_peer_is_up gw-a
check "the demo's policy is applied" lab_apply "$LAB_ROOT/docs/examples/demo.yaml"
lab_plc || fail "plc"
check_says "the HMI reads the PLC" '1010' read_register hmi 10
check_says "pki status names the own certificate" 'leaf +spiffe://bulkhead/gateway/gw-b' bh gw-b pki status
