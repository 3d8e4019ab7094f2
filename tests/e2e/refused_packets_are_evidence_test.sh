#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A refused Modbus write is in the evidence file and in `bulkhead capture`, as Wireshark reads it, with its event.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_topology && lab_init >"$LAB_DIR/init.log" || { cat "$LAB_DIR/init.log"; fail "lab topology"; }
evidence=$LAB_DIR/gw-a/evidence
echo "evidence: { directory: $evidence }" >>"$LAB_DIR/gw-a/control.yaml"
lab_gateways || fail "gateways"
lab_apply "$LAB_ROOT/docs/examples/demo.yaml" || fail "apply"
lab_plc libmodbus || fail "plc"

read_register hmi 10 >/dev/null || fail "a read that is allowed"
write_register hmi 150 5 >/dev/null 2>&1 && fail "a write that is not"
check_event "the write is an event" '#[0-9]+ +DENIED.*holding 150 = 5, unit 1 .*operation_denied' gw-a
id=$(bh gw-a events --last 200 | sed -nE 's/.*#([0-9]+) +DENIED.*holding 150 = 5.*/\1/p' | head -1)
comment="#$id DENIED modbus write_single_register holding 150 = 5, unit 1  hmi-3 -> plc-7  operation_denied  T0855"

# fields FILE: of each packet its event, protocol, function, register and comment.
fields() { tshark -r "$1" -T fields -e frame.packet_id -e _ws.col.Protocol -e modbus.func_code -e modbus.reference_num -e frame.comment; }
file() { find "$evidence" -name '*.pcapng' | head -1; }
until_true 5 sh -c "ls $evidence/*.pcapng" || fail "no evidence file"
until_true 5 sh -c "tshark -r $(file) -T fields -e frame.comment | grep -q 'holding 150'" || true
check_says "the file has that packet, which Wireshark calls Modbus, and its comment names event and reason" \
  "^$id	Modbus/TCP	6	150	$comment\$" fields "$(file)"
check_says "the file is its owner's alone" '^600$' stat -c %a "$(file)"
check_says "capinfos reads it, and knows the port by name" 'Name = gw-a:zone0' capinfos "$(file)"
check_says "of the read, which passed, there is nothing" '^0$' sh -c "tshark -r $(file) -Y 'modbus.func_code == 3' | wc -l"

bh gw-a capture --out "$LAB_DIR/all.pcapng" || fail "bulkhead capture"
check_says "the same comes over the API" "	$comment\$" fields "$LAB_DIR/all.pcapng"
bh gw-a capture --reason vetoed >"$LAB_DIR/none.pcapng" || fail "bulkhead capture --reason"
check_says "of another reason there is no packet" 'Number of packets: +0' capinfos -c "$LAB_DIR/none.pcapng"
check_says "a reason that there is not is refused" "is no reason" bh gw-a capture --out "$LAB_DIR/x.pcapng" --reason nonsense

# A pipe, as wireshark -k -i - reads it.
ip netns exec gw-a "$LAB_BIN/bulkhead" --socket "$LAB_DIR/gw-a/run/api.sock" capture --last 0 --follow --identity hmi-3 >"$LAB_DIR/live.pcapng" &
follower=$!
until_true 5 test -s "$LAB_DIR/live.pcapng" || fail "the stream does not begin"
write_register hmi 100 2000 >/dev/null 2>&1 && fail "a value out of range"
live() { fields "$LAB_DIR/live.pcapng" | grep -q 'holding 100 = 2000.*value_out_of_range'; }
until_true 5 live || true
check_says "who follows gets the next one" 'Modbus/TCP	6	100	.*holding 100 = 2000, unit 1  hmi-3 -> plc-7  value_out_of_range  T0836' \
  fields "$LAB_DIR/live.pcapng"
kill $follower
wait $follower 2>/dev/null

losses() { bh gw-a counters --json | jq -c '.packet_losses | [(.received | tonumber) == (.written | tonumber) + (.not_written | tonumber) + (.missed | tonumber), .ring_full, .not_written]'; }
all_told() { [ "$(losses)" = '[true,"0","0"]' ]; }
until_true 5 all_told || true
check_says "every packet that control received is in the file" '^\[true,"0","0"\]$' losses
check_says "the audit log says who took packets" 'evidence.read' bh gw-a audit
