#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Refused Modbus writes, as a site's systems see them: in a JSON file, at syslog collectors over UDP and TCP, and
# as Prometheus metrics. The disk of the file is full for a while, the TCP collector away; nothing goes
# missing without being counted.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"

lab_topology && lab_init >"$LAB_DIR/init.log" || { cat "$LAB_DIR/init.log"; fail "lab topology"; }
# The collectors' machine: the other end of a management link of gw-a.
ip netns add siem
lab_cable gw-a mg0 siem eth0
in_host gw-a ip address add 192.0.2.1/24 dev mg0
in_host siem ip address add 192.0.2.9/24 dev eth0
mkdir "$LAB_DIR/log" && mount -t tmpfs -o size=64k none "$LAB_DIR/log"
file=$LAB_DIR/log/events.jsonl
cat >>"$LAB_DIR/gw-a/control.yaml" <<END
metrics_listen: "127.0.0.1:9464"
export:
  - { type: json, path: $file, max_mb: 1, keep: 1 }
  - { type: syslog, format: cef, address: "192.0.2.9:514", transport: udp }
  - { type: syslog, format: json, address: "192.0.2.9:601", transport: tcp }
END
collect() { ip netns exec siem /usr/bin/python3 "$E2E/endpoints/collector.py" "$1" "$2" "$LAB_DIR/$3" & }
collect udp 514 udp.txt
check "the UDP collector listens" until_true 10 test -f "$LAB_DIR/udp.txt"
lab_gateways || fail "gateways"
lab_apply "$LAB_ROOT/docs/examples/demo.yaml" || fail "apply"
lab_plc || fail "plc"

# of EXPORT FIELD: what counters say of it.
of() { bh gw-a counters --json | jq -r --arg e "$1" --arg f "$2" '.exports[] | select(.name | startswith($e)) | .[$f]'; }
settled() { [ "$(of "$1" queued)" = 0 ]; }
up() { [ "$(of "$1" up)" = true ]; }
down() { [ "$(of "$1" up)" = false ]; }
all_told() { [ "$(of "$1" made)" -eq $(($(of "$1" sent) + $(of "$1" lost_queue_full) + $(of "$1" lost_refused) + $(of "$1" queued))) ]; }
lines() { wc -l <"$1"; }
metric() { in_host gw-a curl -sf http://127.0.0.1:9464/metrics | grep -F "$1 "; }

check_says "a write is refused" 'failed' write_register hmi 150 1
check "the JSON file has it" until_true 10 grep -q operation_denied "$file"
check_says "with reason, names and technique" '^true$' jq -s '.[0] | .reason == "operation_denied" and .source.identity == "hmi-3"
  and .destination.identity == "plc-7" and .technique == "T0855" and .operation.points == "150"' "$file"
same_as_events() { [ "$(jq -cS . "$file" | tail -1)" = "$(bh gw-a events --last 1 --json | jq -cS .event)" ]; }
check "as bulkhead events --json says it" until_true 5 same_as_events
check "the UDP collector has it" until_true 10 grep -q operation_denied "$LAB_DIR/udp.txt"
check_says "as CEF in a syslog message" \
  '^<132>1 [0-9T:.-]+Z gw-a bulkhead [0-9]+ operation_denied - CEF:0\|Bulkhead\|gateway\|[^|]+\|operation_denied\|[^|]+\|7\|rt=[0-9]+ .*src=10.20.0.11 .*shost=hmi-3 .*dst=10.20.0.70 dpt=502 .*cs4=T0855 ' \
  cat "$LAB_DIR/udp.txt"
check "the TCP collector is away, and that is said" until_true 10 down "json tcp"
check_says "also in the log" 'export json tcp 192.0.2.9:601: .*refused' cat "$LAB_DIR/gw-a/control.log"
collect tcp 601 tcp.txt
check "it comes, and gets what waited" until_true 40 grep -q operation_denied "$LAB_DIR/tcp.txt"
check "and the export is up" until_true 10 up "json tcp"

refused() { metric 'bulkhead_dropped_packets_total{reason="operation_denied",stage="inspect"}'; }
check_says "Prometheus sees the refusal" ' [1-9][0-9]*$' refused
check_says "the peer" ' 1$' metric 'bulkhead_peer_up{peer="gw-b"}'
check_says "the policy" ' 1$' metric bulkhead_policy_in_step
check_says "latencies" ' [1-9][0-9]*$' metric 'bulkhead_latency_seconds_count{pipeline="zone"}'
check_says "and each export" ' 0$' metric 'bulkhead_export_lost_total{export="cef udp 192.0.2.9:514",cause="queue_full"}'
check_says "bulkhead stages says how long packets took" '^zone .*<= .*<= .*<= ' bh gw-a stages

# Nobody else on this machine's networks can ask.
check_says "metrics are for this machine alone" 'refused|timed out|Failed to connect' \
  in_host siem curl -sS --max-time 3 http://192.0.2.1:9464/metrics

# A full disk: another writer took what was left.
dd if=/dev/zero of="$LAB_DIR/log/filler" bs=4k 2>/dev/null
until_full() {
  local i
  for i in $(seq 200); do
    down "json $file" && return 0
    write_register hmi 150 "$i" >/dev/null 2>&1
  done
  return 1
}
check "the disk is full" until_full
check_says "and the log says so" 'No space left on device' cat "$LAB_DIR/gw-a/control.log"
check "no line is in part" jq -c . "$file"
check_says "reads still pass" '1010' read_register hmi 10
rm "$LAB_DIR/log/filler"
check "with room it goes on" until_true 10 up "json $file"
for export in "json $file" "cef udp" "json tcp"; do
  check "$export: all is given out" until_true 20 settled "$export"
  check "$export: made = sent + lost" all_told "$export"
done
json_lines_match() { [ "$(lines "$file")" -eq "$(of "json $file" sent)" ]; }
udp_lines_match() { [ "$(lines "$LAB_DIR/udp.txt")" -eq "$(of "cef udp" sent)" ]; }
tcp_lines_match() { [ "$(lines "$LAB_DIR/tcp.txt")" -eq "$(of "json tcp" sent)" ]; }
check "the file has as many lines as were sent" json_lines_match
check "the UDP collector got as many messages" until_true 5 udp_lines_match
check "the TCP collector too" until_true 5 tcp_lines_match
check "and nothing is missing between them" test "$(of "json $file" made)" -eq "$(of "json tcp" sent)"
