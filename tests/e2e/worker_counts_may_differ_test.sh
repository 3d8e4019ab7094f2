#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One worker on one side, three on the other: many connections, so that every lane and every
# hand-over ring is used; all are answered, and refusals are refused.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_topology && lab_init >"$LAB_DIR/init.log" || fail "lab topology"
sed -i 's/^workers: 1/workers: 3/' "$LAB_DIR/gw-b/dataplane.yaml"
lab_gateways || fail gateways
lab_apply "$LAB_ROOT/docs/examples/demo.yaml" || fail apply
lab_plc || fail plc
check_says "three workers on one side" '3 workers' bh gw-b status
answered=0
for _ in $(seq 40); do
  read_register hmi 10 | grep -q 1010 && answered=$((answered + 1))
done
check "all 40 connections were answered ($answered)" test "$answered" = 40
check_says "a refused write is refused" 'failed' write_register hmi 150 1
lanes_in_use() { bh gw-b counters --json | jq -e '[.workers[]? | select((.bursts | tonumber) > 0)] | length == 3'; }
check "every worker has worked" lanes_in_use
