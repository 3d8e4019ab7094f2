#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A gateway whose certificate comes from another CA gets no keys, and the reason is shown.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_topology
lab_init_gateway gw-a 172.30.0.1/24 gw-b 172.30.0.2 zone0=z0 zone1=z1 >"$LAB_DIR/init.log" || fail init
mv "$LAB_DIR/pki" "$LAB_DIR/pki-a"
lab_init_gateway gw-b 172.30.0.2/24 gw-a 172.30.0.1 zone0=z0 >>"$LAB_DIR/init.log" || fail init
for gateway in gw-a gw-b; do lab_start $gateway dataplane; done
for gateway in gw-a gw-b; do
  check "dataplane of $gateway is up" until_true 20 test -S "$LAB_DIR/$gateway/run/dataplane.sock"
  lab_start $gateway control
  check "control of $gateway is up" until_true 20 bh $gateway status
done
check "the reason is shown" until_true 15 sh -c "'$LAB_BIN/bulkhead' --socket '$LAB_DIR/gw-a/run/api.sock' peers --json | grep -qiE 'certificate|issuer|verif|unknown ca'"
if lab_peer_is_up gw-a >/dev/null || lab_peer_is_up gw-b >/dev/null; then fail "a peer of another CA came up"; fi
lab_apply "$LAB_ROOT/docs/examples/demo.yaml"
lab_plc
check_says "nothing passes" 'failed' read_register hmi 10
check "for want of keys" until_true 5 drops_at_least gw-a no_peer 1
