#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Adaptive workers that may rest for 10 ms: a packet of a port does not wait for the end of the rest. Four rests are on
# the way of a ping and its reply, 20 ms in the mean; one of a hundred pings below 2 ms by luck alone is rarer than 1 in 100.
# alone: it measures how fast a gateway wakes
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_topology && lab_init >"$LAB_DIR/init.log" || { cat "$LAB_DIR/init.log"; fail "lab topology"; }
for gateway in gw-a gw-b; do
  sed -i 's/^worker_mode: .*/worker_mode: adaptive\nidle_pause_us: 10000/' "$LAB_DIR/$gateway/dataplane.yaml"
  check "$gateway may rest for 10 ms" grep -q '^idle_pause_us: 10000' "$LAB_DIR/$gateway/dataplane.yaml"
done
lab_gateways || fail "gateways"
lab_apply "$LAB_ROOT/docs/examples/demo.yaml" || fail "apply"
check "the PLC answers" until_true 10 in_host hmi ping -c 1 -W 1 10.20.0.70
in_host hmi ping -n -q -c 100 -i 0.02 10.20.0.70 | tee "$LAB_DIR/pings"
shortest=$(sed -n 's|^rtt [^=]*= \([0-9]*\)\..*|\1|p' "$LAB_DIR/pings")  # whole ms
check "the shortest round trip is below 2 ms" [ "${shortest:-10}" -lt 2 ]
