#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a Modbus client did, as its own and the PLC's network cards saw it, is what flow records and relationships
# say: to the byte, over a change of the policy and over the death of a dataplane.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"

lab_topology && lab_init >"$LAB_DIR/init.log" || { cat "$LAB_DIR/init.log"; fail "lab topology"; }
for gateway in gw-a gw-b; do echo "flow_record_interval_s: 1" >>"$LAB_DIR/$gateway/dataplane.yaml"; done
lab_gateways || fail "gateways"
cp "$LAB_ROOT/docs/examples/demo.yaml" "$LAB_DIR/demo.yaml"
cat >>"$LAB_DIR/demo.yaml" <<'YAML'
  - name: laptop-operates-plc    # nobody will
    from: { role: laptop }
    to: { role: plc, cell: "3" }
    tcp: { ports: [8080] }
YAML
lab_apply "$LAB_DIR/demo.yaml" || fail "apply"
lab_plc || fail "plc"

# What hmi sent and what plc sent, each at its own card: every segment that a gateway may count.
for host in hmi plc; do
  ip netns exec "$host" tcpdump --immediate-mode -Q out -i eth0 -w "$LAB_DIR/$host.pcap" -U 'tcp port 502' 2>"$LAB_DIR/$host.tcpdump" &
  until_true 10 grep -q 'listening on' "$LAB_DIR/$host.tcpdump" || fail "tcpdump of $host"
done
sent() {  # sent HOST: "PACKETS BYTES" of IP
  tshark -r "$LAB_DIR/$1.pcap" -T fields -e ip.len 2>/dev/null | awk '{ n += 1; bytes += $1 } END { print n + 0, bytes + 0 }'
}

row() { bh gw-a relationships --json | jq -e --arg r "$1" '.relationships[] | select(.relationship == $r)'; }
told() {  # "PACKETS BYTES" there, "PACKETS BYTES" back
  row hmi-operates-plc | jq -r '[.from_initiators.packets, .from_initiators.bytes, .from_responders.packets, .from_responders.bytes] | join(" ")'
}
seen() { echo "$(sent hmi) $(sent plc)"; }
agree() {
  local told seen
  told=$(told) seen=$(seen)
  echo "told $told, seen $seen; drops: $(bh gw-a counters | grep -E ' ?drop ' | tr '\n' ' ')"
  [ "$told" = "$seen" ]
}
allowed() { row hmi-operates-plc | jq -r '.operations.allowed'; }
flows_say() {  # flows_say JQ-EXPRESSION: of the sums over all flow records of the relationship
  bh gw-a flows --last 10000 --relationship hmi-operates-plc --json | jq -es "[.[].flow] | $1"
}
flows_agree() {
  local expected
  read -r -a expected <<<"$(seen)"
  flows_say "(map(.from_initiator.packets | tonumber) | add) == ${expected[0]} and (map(.from_initiator.bytes | tonumber) | add) == ${expected[1]}
    and (map(.from_responder.packets | tonumber) | add) == ${expected[2]} and (map(.from_responder.bytes | tonumber) | add) == ${expected[3]}"
}

check_says "before anybody speaks, no relationship is used" 'hmi-operates-plc.* never' bh gw-a relationships --unused
check "and both are named" test "$(bh gw-a relationships --unused --json | jq '.relationships | length')" = 2

for register in 10 11 12 13 14; do check_says "register $register is read" '10' read_register hmi "$register"; done
check_says "a write within range passes" 'Written 1' write_register hmi 110 1500
until_true 20 agree || true
check "the relationship carried what the cards saw, to the byte" agree
check "so do the flow records, added up" flows_agree
check "six operations were allowed" test "$(allowed)" = 6
check "each connection was one flow" test "$(row hmi-operates-plc | jq -r .flows_begun)" = 6
check_says "a record names both ends, protocol and relationship" \
  'hmi-3 \(10.20.0.11:[0-9]+\) -> plc-7 \(10.20.0.70:502\)  tcp modbus  relationship hmi-operates-plc' bh gw-a flows
check "the PLC is behind gw-b" flows_say 'all(.responder.gateway == "gw-b" and .initiator.gateway == "gw-a")'

# The same policy once more is another generation; a connection that stays open is told of under both.
ip netns exec hmi /usr/bin/python3 "$E2E/endpoints/modbus_poll.py" 10.20.0.70 10 0.02 >"$LAB_DIR/poll.log" 2>&1 &
poller=$!
until_true 10 test -s "$LAB_DIR/poll.log" || fail "the poller says nothing"
sleep 2
lab_apply "$LAB_DIR/demo.yaml" >/dev/null || fail "apply again"
sleep 2
kill -INT "$poller"
wait "$poller"
polls=$(sed -n 's/^\([0-9]*\) polls, 0 errors.*/\1/p' "$LAB_DIR/poll.log")
check "the poller had every answer" test "${polls:-0}" -gt 50
until_true 20 agree || true
check "over a change of the policy the sums are the cards' again" agree
check "so are the flow records" flows_agree
check "no segment was refused on the way, or the comparison would mean nothing" test "$(drops gw-a tcp_state) $(drops gw-b tcp_state)" = "0 0"
check "its flow was told of under both generations" flows_say \
  'group_by(.initiator.port) | any((map(.generation) | unique | length) == 2 and (map(select(.first)) | length) == 1)'
check "every poll is an operation that was allowed" test "$(allowed)" = $((6 + polls))
kinds() { bh gw-a operations --json | jq -r --arg n "$1" '.operations[] | select(.name == $n) | .times | [.allowed, .refused] | join(" ")'; }
check "and a read by kind" test "$(kinds read_holding_registers)" = "$((5 + polls)) 0"
check "as the write is one" test "$(kinds write_single_register)" = "1 0"

check_says "a write above the range is refused" 'failed' write_register hmi 110 1501
one_refused() { [ "$(row hmi-operates-plc | jq -r .operations.refused)" = 1 ]; }
check "the relationship says one refused" until_true 10 one_refused
check "and which kind it was" test "$(kinds write_single_register)" = "1 1"

before=$(allowed)
lab_kill gw-a dataplane KILL
lab_start gw-a dataplane
until_true 20 lab_peer_is_up gw-a || fail "the dataplane does not come back"
answered() { read_register hmi 10 | grep -q 1010; }
check "a read passes after the dataplane was killed" until_true 20 answered
more_than_before() { [ "$(allowed)" -gt "$before" ]; }
check "the sums go on from where they were" until_true 10 more_than_before
check "the other relationship is still the one that nobody uses" \
  test "$(bh gw-a relationships --unused --json | jq -r '.relationships[].relationship')" = laptop-operates-plc
check_says "nothing was lost" '"ring_full":"0","gaps":"0","slow_readers":"0"' bh gw-a relationships --json
