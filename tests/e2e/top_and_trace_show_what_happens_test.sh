#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `bulkhead top` on a terminal and without one, and `bulkhead trace` of a refused write and of a read.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready libmodbus

( while read_register hmi 10; do :; done ) >/dev/null 2>&1 &
load=$!
page() { bh gw-a top; }
check_says "without a terminal top is one page, which has rates" '^zone0 +[1-9][0-9.k]* +[1-9]' page
check_says "it knows the peer" '^gw-b +up ' page
check_says "allowed operations have a rate" 'operations/s: [1-9][0-9.k]* allowed' page
check_says "as JSON it goes on, a line a reading" '^2$' \
  sh -c "timeout 4 $LAB_BIN/bulkhead --socket $LAB_DIR/gw-a/run/api.sock --json top | head -2 | jq -c '.counters.workers | length' | wc -l"

# On a terminal of 24 lines, until q.
screen() {
  (sleep 3; printf q) | timeout 20 script -qec "stty rows 24 cols 80; $LAB_BIN/bulkhead --socket $LAB_DIR/gw-a/run/api.sock top" /dev/null
}
screen >"$LAB_DIR/screen" 2>&1
code=$?
check_says "on a terminal q leaves it, with status 0" '^0$' echo $code
check_says "it takes the other screen, and gives it back" '^2$' sh -c "tr '\033' '@' <$LAB_DIR/screen | grep -oE '@\[\?1049(h|l)' | sort -u | wc -l"
check_says "no line is longer than the screen" '^0$' \
  sh -c "sed -E 's/\x1b\[H/\n/g; s/\x1b\[[0-9;?]*[a-zA-Z]//g; s/\r//g' $LAB_DIR/screen | awk 'length > 80' | wc -l"
kill $load
wait $load 2>/dev/null

# trace ARGS...: what follows the next packets while a client reads or writes.
trace() {
  bh gw-a trace "$@" >"$LAB_DIR/trace" 2>"$LAB_DIR/trace.err" &
  tracer=$!
  until_true 10 grep -q 'waiting for' "$LAB_DIR/trace.err" || { cat "$LAB_DIR/trace.err"; fail "no trace begins"; }
}
trace --from hmi-3 --to plc-7 --port 502 --count 3 --for 20s
check_says "a second trace is refused" 'one at a time' bh gw-a trace --count 1 --for 1s
write_register hmi 150 5 >/dev/null 2>&1
wait $tracer
check_says "its first packet opens the connection" 'decide +flow, by its initiator, relationship hmi-operates-plc' cat "$LAB_DIR/trace"
check_says "who it is from is known by bind" 'bind +from hmi-3' cat "$LAB_DIR/trace"
check_says "what passes is sealed and sent by the mesh port" 'transmit +SENT by mesh' cat "$LAB_DIR/trace"
check_says "the operation is read in inspect" 'inspect +modbus write_single_register holding 150 = 5, unit 1' cat "$LAB_DIR/trace"
check_says "and dropped there, with its reason" 'inspect +DROPPED as operation_denied' cat "$LAB_DIR/trace"

bh gw-b trace --from plc-7 --count 2 --for 10s --json >"$LAB_DIR/trace.json" &
tracer=$!
until_true 10 grep -q started "$LAB_DIR/trace.json" || fail "no trace begins at gw-b"
read_register hmi 10 >/dev/null
wait $tracer
check_says "JSON has each step" '^2$' sh -c "jq -r 'select(.step.kind == \"TRACE_STEP_KIND_SENT\") | .step.port' $LAB_DIR/trace.json | wc -l"
check_says "an identity that there is not is refused" "neither an address nor an identity" bh gw-a trace --from nobody
check_says "it ends by itself when nothing comes" '0 of 1 packets came in time' bh gw-a trace --from 10.9.9.9 --count 1 --for 1s
