#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The dataplane tells its service manager when it is ready, and then that it lives: while every worker
# polls. One of two workers is halted, all else of the process goes on: nothing more is said until it polls again.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
mkdir -p "$LAB_DIR/gw-a"
openssl genpkey -algorithm ed25519 -out "$LAB_DIR/signer.key" 2>/dev/null
openssl pkey -in "$LAB_DIR/signer.key" -pubout -out "$LAB_DIR/signer.pem" 2>/dev/null
cat >"$LAB_DIR/gw-a/dataplane.yaml" <<EOF
gateway: gw-a
control_socket: $LAB_DIR/dataplane.sock
state_directory: $LAB_DIR/state
image_signer: $LAB_DIR/signer.pem
workers: 2
ports: [{ name: zone0, role: zone, driver: "null" }]
EOF
/usr/bin/python3 "$E2E/endpoints/notify_listener.py" "$LAB_DIR/notify" >"$LAB_DIR/said" &
check "a service manager listens" until_true 10 test -S "$LAB_DIR/notify"
NOTIFY_SOCKET=$LAB_DIR/notify WATCHDOG_USEC=1000000 "$LAB_BIN/bulkhead-dataplane" --config "$LAB_DIR/gw-a/dataplane.yaml" \
  >"$LAB_DIR/gw-a/dataplane.log" 2>&1 &
dataplane=$!
said() { [ "$(grep -c "$1" "$LAB_DIR/said")" -ge "$2" ]; }
check "it says that it is ready, and how" until_true 10 said 'READY=1 STATUS=ready: 1 port, 2 workers' 1
check "it says that it lives, and again" until_true 5 said WATCHDOG=1 3

# As EAL names its threads.
worker=$(grep -lE '^(rte|lcore)-worker' "/proc/$dataplane/task"/*/comm | tail -1 | cut -d/ -f5)
check "a worker is a thread of its own" test -n "$worker"
/usr/bin/python3 "$E2E/endpoints/hold_thread.py" "$worker" 4 >"$LAB_DIR/held" &
holder=$!
check "one worker is halted" until_true 5 grep -q held "$LAB_DIR/held"
sleep 1  # what it polled just before counts for half a second
before=$(grep -c WATCHDOG=1 "$LAB_DIR/said")
sleep 2
after=$(grep -c WATCHDOG=1 "$LAB_DIR/said")
check "in two seconds with a hung worker nothing was said ($before, $after)" test "$after" -eq "$before"
check_says "the log says why" 'a worker has not polled for [0-9]+ ms' cat "$LAB_DIR/gw-a/dataplane.log"
wait $holder
check "when it polls again, it is said again" until_true 5 said WATCHDOG=1 $((after + 2))
kill -TERM $dataplane; wait $dataplane
check "it stops in order" test $? -eq 0
check "and says so" until_true 5 said STOPPING=1 1
