# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What is measured through a tunnel, from hmi to plc; each prints one JSON object. Sourced by bench/veth/sample.

processors() { grep -h Cpus_allowed_list /proc/self/status | cut -f 2 | tr , '\n' | while IFS=- read -r a b; do seq "$a" "${b:-$a}"; done; }
# What a tunnel says that it carried: packets into it at gw-a, out of it at gw-b, bytes of these, packets out of it at gw-a.
carried() { printf '{"in": %s, "out": %s, "out_bytes": %s, "back": %s}' "$@"; }

# Processor time of the tunnel's processes, in ticks.
ticks_of() {
  local pid
  for pid in $(tunnel_pids); do cat "/proc/$pid/stat"; done | awk '{sum += $14 + $15} END {print sum + 0}'
}

# through PROGRAM PORT PORT-STATE FURTHER-ARGUMENTS-OF-THE-SENDER...: one direction, from hmi to plc; what both ends said.
# The receiver looks away for the first 0.3 s; the sender goes on a little longer than it looks.
through() {
  local program=$1 port=$2 state=$3 receiver
  shift 3
  ip netns exec plc "$ENDS/$program" --role receive --port "$port" --seconds "$SECONDS_EACH" >"$LAB_DIR/received" 2>"$LAB_DIR/why" &
  receiver=$!
  until_true 5 port_is_open "$port" "$state"
  in_host hmi "$ENDS/$program" --role send --to 10.20.0.70 --port "$port" --seconds "$(jq -n "$SECONDS_EACH + 0.6")" "$@" \
    >"$LAB_DIR/sent" 2>>"$LAB_DIR/why" || true
  wait $receiver
  jq -nc --slurpfile received "$LAB_DIR/received" --slurpfile sent "$LAB_DIR/sent" --rawfile why "$LAB_DIR/why" \
    '{received: ($received[0] // {}), sent: ($sent[0] // {}), error: ($why | gsub("\n+$"; "") | gsub("\n"; "; "))}'
}
port_is_open() { in_host plc ss "-Hn$2" "sport = :$1" | grep -q .; }
measure_tcp() {
  through tcp_rate "$TCP_PORT" lt | jq -c '{value: (.received.per_second // 0 | . * 8 / 1e6), bytes: (.received.bytes // 0), error}'
}
measure_udp() {
  through udp_rate "$UDP_PORT" lu --bytes 64 |
    jq -c '{value: (.received.per_second // 0), packets: (.received.packets // 0), offered: .sent.per_second, error}'
}
measure_ping() {
  in_host hmi ping -n -i 0.01 -c "$PINGS" -W 1 10.20.0.70 >"$LAB_DIR/ping" || true
  grep -o 'time=[0-9.]*' "$LAB_DIR/ping" | cut -d= -f2 | jq -sc 'sort | length as $n | {value: (.[$n / 2 | floor] // 0),
    p99: (.[$n * 0.99 | floor] // 0), replies: $n, error: (if $n == 0 then "no reply" else "" end)}'
}
