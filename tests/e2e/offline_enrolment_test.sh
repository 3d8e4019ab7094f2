#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An isolated plant: gw-b's request and response travel as files. Damaged, foreign and mismatched files
# are refused with place and reason; with the good one keys are agreed.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_topology
cd "$LAB_DIR" || fail "cd"
bulkhead=$LAB_BIN/bulkhead
check_says "the owner's PKI is made" 'OFF LINE' "$bulkhead" pki init --dir pki
check_says "and never over another" 'is there already' "$bulkhead" pki init --dir pki
root=$("$bulkhead" pki status --pki pki --json | jq -r '.certificates[] | select(.role == "root") | .key_digest' | base64 -d | od -An -tx1 | tr -d ' \n')
lab_init_gateway gw-a 172.30.0.1/24 gw-b 172.30.0.2 zone0=z0 zone1=z1 >init.log || fail "init of gw-a"
check "gw-b's start-up files" "$bulkhead" init --gateway gw-b --enroll --dir "$LAB_DIR/gw-b" --underlay 172.30.0.2/24 \
  --mesh-interface m0 --peer gw-a=172.30.0.1 --zone zone0=z0 --run-dir "$LAB_DIR/gw-b/run" --state-dir "$LAB_DIR/gw-b/state"

check_says "gw-b makes a request" 'request of spiffe://bulkhead/gateway/gw-b' "$bulkhead" enroll request --dir gw-b --out b.request
check_says "the issuer refuses to sign it for another" 'that is not spiffe://bulkhead/gateway/gw-c' \
  "$bulkhead" pki sign b.request --gateway gw-c --pki pki --out c.response
sed '/^-----END/d' b.request >broken.request
check_says "a damaged request is refused with place and reason" 'broken.request:[0-9]+: the block that begins here does not end' \
  "$bulkhead" pki sign broken.request --gateway gw-b --pki pki --out x.response
check_says "a good one is shown and signed" 'expires' "$bulkhead" pki sign b.request --gateway gw-b --pki pki --out b.response
accept() { "$bulkhead" enroll accept "$1" --dir gw-b "${@:2}"; }
check_says "without a root that was compared nothing is accepted" 'Compare that' accept b.response
check_says "nor with another root" 'no root that is trusted here' accept b.response --root "$(tr '0-7' '8' <<<"$root")"
mkdir other
check "another machine asks under that name" "$bulkhead" enroll request --gateway gw-b --dir other --out other.request
check "and is answered" "$bulkhead" pki sign other.request --gateway gw-b --pki pki --out other.response
check_says "its response is not for the key here" 'another key' accept other.response --root "$root"
head -c 900 b.response >cut.response
check_says "a cut response names the line" 'cut.response:[0-9]+: the block that begins here does not end' accept cut.response --root "$root"
check_says "the right response is taken" 'gateway.pem' accept b.response --root "$root"
check_says "and no requested key is left" '^0$' sh -c 'ls gw-b | grep -c requested'
lab_gateways || fail "keys are agreed"
echo "ok: keys are agreed"
check "the owner denies gw-b's certificate off line" "$bulkhead" pki deny --pki pki --certificate gw-b/gateway.pem --number 1 \
  --gateway gw-b --reason "taken away" --out b.deny
check "gw-a takes the record" bh gw-a revoke --record b.deny
check "and has no peer any more" until_true 10 sh -c "! '$LAB_BIN/bulkhead' --socket '$LAB_DIR/gw-a/run/api.sock' peers --json | jq -e '.peers[0].state == \"up\"'"
check_says "pki status counts the record" 'denied +1 records of key' bh gw-a pki status
