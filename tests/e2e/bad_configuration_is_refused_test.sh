#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A missing interface, a second dataplane on the socket, unknown and mistyped keys, a bad policy:
# each is refused with place and reason, and what runs goes on.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready

sed 's/z0/nosuch0/' "$LAB_DIR/gw-a/dataplane.yaml" >"$LAB_DIR/missing.yaml"
check_says "a missing interface is named, with those that exist" 'nosuch0.*z1|z1.*nosuch0' \
  in_host gw-a timeout 20 "$LAB_BIN/bulkhead-dataplane" --config "$LAB_DIR/missing.yaml"
check_says "a second dataplane on the same socket is refused" 'dataplane.sock' \
  in_host gw-a timeout 20 "$LAB_BIN/bulkhead-dataplane" --config "$LAB_DIR/gw-a/dataplane.yaml"
{ cat "$LAB_DIR/gw-a/dataplane.yaml"; echo "wrokers: 2"; } >"$LAB_DIR/unknown.yaml"
check_says "an unknown key is refused with its line" 'unknown.yaml:[0-9]+:[0-9]+:.*wrokers' \
  in_host gw-a timeout 20 "$LAB_BIN/bulkhead-dataplane" --config "$LAB_DIR/unknown.yaml" --check

before=$(bh gw-a status --json | jq '[.. | objects | .generation? // empty | tonumber] | max')
: >"$LAB_DIR/empty.yaml"
check_says "an empty policy is refused" 'empty.yaml' bh gw-a apply "$LAB_DIR/empty.yaml"
sed 's/refuse_with: reset/refuse_with: 7\n    refuse_with: reset/' "$LAB_ROOT/docs/examples/demo.yaml" >"$LAB_DIR/duplicate.yaml"
check_says "a duplicate key is refused with its place" 'duplicate.yaml:[0-9]+:[0-9]+' bh gw-a apply "$LAB_DIR/duplicate.yaml"
sed 's/value: "0..1500"/value: [a]/' "$LAB_ROOT/docs/examples/demo.yaml" >"$LAB_DIR/typed.yaml"
check_says "a wrongly typed key is refused with its place" 'typed.yaml:[0-9]+:[0-9]+' bh gw-a apply "$LAB_DIR/typed.yaml"
sed 's/labels: { role: laptop }/lables: { role: laptop }/' "$LAB_ROOT/docs/examples/demo.yaml" >"$LAB_DIR/unknown-key.yaml"
check_says "an unknown policy key is refused with its place" 'unknown-key.yaml:[0-9]+:[0-9]+.*lables' bh gw-a validate "$LAB_DIR/unknown-key.yaml"
after=$(bh gw-a status --json | jq '[.. | objects | .generation? // empty | tonumber] | max')
check "the generation in force did not change" test "$before" = "$after"
check_says "and reads still pass" '1010' read_register hmi 10
