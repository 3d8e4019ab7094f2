# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What every end-to-end test starts with: the lab, and checks that say what they looked for.
#   . "$(dirname "$0")/common.sh"; lab_enter "$0" "$@"; lab_ready
set -uo pipefail
[ "$(id -u)" -eq 0 ] || { echo "network namespaces need root"; exit 77; }
E2E=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lab.sh
. "$E2E/../../scripts/lab.sh"

fail() { echo "FAILED: $*" >&2; lab_logs gw-a; lab_logs gw-b; exit 1; }
# check SENTENCE COMMAND...: the command must succeed.
check() {
  local sentence=$1
  shift
  if "$@" >"$LAB_DIR/check" 2>&1; then echo "ok: $sentence"; else cat "$LAB_DIR/check" >&2; fail "$sentence ($*)"; fi
}
# check_says SENTENCE PATTERN COMMAND...: the command's output must match, whatever its exit status.
check_says() {
  local sentence=$1 pattern=$2
  shift 2
  "$@" >"$LAB_DIR/check" 2>&1
  if grep -qE -e "$pattern" "$LAB_DIR/check"; then echo "ok: $sentence"; else cat "$LAB_DIR/check" >&2; fail "$sentence (no '$pattern' in the output of: $*)"; fi
}
# check_event SENTENCE PATTERN GATEWAY: among its last 200 events; control learns of them within moments.
event_says() { bh "$2" events --last 200 | grep -qE "$1"; }
check_event() {
  until_true 5 event_says "$2" "$3" || true
  check_says "$1" "$2" bh "$3" events --last 200
}
# lab_ready [SERVER]: both gateways up, keys agreed, the demo's policy in force, the PLC answering.
lab_ready() {
  lab_topology && lab_init >"$LAB_DIR/init.log" || { cat "$LAB_DIR/init.log"; fail "lab topology"; }
  lab_gateways || fail "gateways"
  lab_apply "$LAB_ROOT/docs/examples/demo.yaml" || fail "apply"
  lab_plc "${1:-}" || fail "plc"
}
read_register() { in_host "$1" mbpoll -m tcp -q -0 -a 1 -t 4 -1 -o 1 -r "$2" -c 1 10.20.0.70; }
write_register() { in_host "$1" mbpoll -m tcp -q -0 -a 1 -t 4 -1 -o 1 -r "$2" 10.20.0.70 "$3"; }
# drops GATEWAY REASON: the counter's sum over the workers.
drops() { bh "$1" counters --json | jq --arg r "$2" '[.drops[] | select(.reason == $r) | .packets | tonumber] | add // 0'; }
drops_at_least() { [ "$(drops "$1" "$2")" -ge "$3" ]; }
in_step() { bh "$1" status --json | jq -e '.connected and .in_step'; }  # control and dataplane have one policy
# The HMI polls its PLC every 20 ms over one session, and not one poll may be lost in between.
polling_starts() {
  ip netns exec hmi stdbuf -oL mbpoll -m tcp -q -0 -a 1 -r 10 -c 1 -t 4 -l 20 -o 1 10.20.0.70 >"$LAB_DIR/polling.log" 2>&1 &
  POLLER=$!
  check "polling began" until_true 5 grep -q 1010 "$LAB_DIR/polling.log"
}
polling_ends() {
  kill -INT "$POLLER"; wait "$POLLER" 2>/dev/null
  grep -E 'frames|transmitted|errors' "$LAB_DIR/polling.log" | tail -3
  check_says "not one poll was lost" ' 0 errors' cat "$LAB_DIR/polling.log"
}
