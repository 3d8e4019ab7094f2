#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bench/veth/run in short, with the gateways and with testpmd: every figure's path is proven (how fast anything was is
# not looked at). Ended in the middle, it leaves no process and no folder behind.
# alone: it measures rates
set -uo pipefail
[ "$(id -u)" -eq 0 ] || { echo "network namespaces need root"; exit 77; }
BENCH=$(cd "$(dirname "$0")/../../bench/veth" && pwd)
work=$(mktemp -d /tmp/bulkhead-veth.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM INT
fail() { echo "FAILED: $*" >&2; cat "$work"/log* >&2; exit 1; }
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $deadline ] || return 1; sleep 0.1; done
}

"$BENCH/run" --rounds 1 --seconds 0.5 --pings 20 --only bulkhead,testpmd >"$work/rows" 2>"$work/log" ||
  { cat "$work/rows"; fail "bench/veth/run ends with $?"; }
valid() {
  jq -se --arg name "$1" 'any(.[]; .name == $name and .valid and .value > 0)' "$work/rows" >/dev/null || { cat "$work/rows"; fail "no valid $1"; }
}
for tunnel in bulkhead testpmd; do
  for figure in tcp udp64 ping-p50 ping-p99; do valid veth-$figure-$tunnel; done
done
valid veth-tcp-bulkhead-to-testpmd
valid veth-udp64-bulkhead-to-testpmd
echo "ok: both have their figures and are compared, and the path of each is proven"

"$BENCH/run" --rounds 1 --only wireguard-go >"$work/rows" 2>"$work/log2" &
run=$!
lab_of_run() {  # LAB_DIR in the environment of what the sample runs in its namespaces
  local inside
  inside=$(pgrep -P "$(pgrep -P $run)" | head -1)
  tr '\0' '\n' <"/proc/$inside/environ" | sed -n 's/^LAB_DIR=//p' | grep .
}
tunnel_runs() { lab=$(lab_of_run) && [ -e "$lab/gw-b.pid" ]; }
until_true 60 tunnel_runs || fail "the tunnel did not begin"
processes_of() { grep -lz "^LAB_DIR=$1\$" /proc/[0-9]*/environ 2>/dev/null; }
[ "$(processes_of "$lab" | wc -l)" -ge 3 ] || fail "its processes are not found"
kill -TERM $run
wait $run
code=$?
[ $code -eq 143 ] || fail "it did not end by the signal, but with $code"
gone() { [ ! -e "$lab" ] && [ -z "$(processes_of "$lab")" ]; }
until_true 20 gone || fail "left behind: $(ls -d "$lab" 2>/dev/null) $(processes_of "$lab")"
echo "ok: ended in the middle it leaves no process and no folder"
