#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A cell in monitor mode: a Modbus client does its work, the gateway keeps what no rule allows, `learn`
# proposes relationships from that; under them, enforced, the same work passes and other work does not.
# A capture of the same work proposes the same.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_topology && lab_init >"$LAB_DIR/init.log" || { cat "$LAB_DIR/init.log"; fail "lab topology"; }
lab_gateways || fail "gateways"
identities() {
  cat <<END
identities:
  - { name: hmi-3, bind: { gateway: gw-a, port: zone0, mac: "02:00:00:00:00:11", ip: 10.20.0.11 }, labels: { cell: "3" } }
  - { name: plc-7, bind: { gateway: gw-b, port: zone0, mac: "02:00:00:00:00:70", ip: 10.20.0.70 }, labels: { cell: "3" } }
END
}
{ identities
  cat <<END
relationships:
  - name: cell-3-watched
    from: { cell: "3" }
    to: { cell: "3" }
    mode: monitor
    modbus: { allow: [] }
    icmp: { echo: true }
END
} >"$LAB_DIR/watched.yaml"
identities >"$LAB_DIR/identities.yaml"
lab_apply "$LAB_DIR/watched.yaml" >/dev/null || fail "apply"
lab_plc || fail "plc"
ip netns exec hmi tcpdump --immediate-mode -i eth0 -w "$LAB_DIR/work.pcap" -U ip >/dev/null 2>&1 &
tcpdump=$!
until_true 5 test -s "$LAB_DIR/work.pcap"

work() {
  local register
  for register in 10 11 12; do read_register hmi $register | grep -q . || return 1; done
  write_register hmi 110 7 && write_register hmi 110 9
}
check "in monitor mode the work is done" work
evidence_has() { bh gw-a learn --json | jq -e --argjson n "$1" '[.interactions[] | select(.app == 1)] | length >= $n'; }
check "the gateway keeps what no rule allows" until_true 10 evidence_has 4
sleep 0.5; kill $tcpdump; wait $tcpdump 2>/dev/null
bh gw-a learn >"$LAB_DIR/proposal.yaml" || fail "learn"
cat "$LAB_DIR/proposal.yaml"
check_says "the reads are one range" 'read: \{ units: \[1\], holding: \["10-12"\] \}' cat "$LAB_DIR/proposal.yaml"
check_says "the writes name their register" 'write: \{ units: \[1\], holding: \["110"\] \}' cat "$LAB_DIR/proposal.yaml"
check_says "and their values are told" '2 times .* holding 110, values 7\.\.9' cat "$LAB_DIR/proposal.yaml"

check_says "nothing of it is in force by itself" 'cell-3-watched' bh gw-a get
cat "$LAB_DIR/identities.yaml" "$LAB_DIR/proposal.yaml" >"$LAB_DIR/enforced.yaml"
check "the proposal with its identities is a policy" "$LAB_BIN/bulkhead" validate "$LAB_DIR/enforced.yaml"
check "and is put in force at both gateways" lab_apply "$LAB_DIR/enforced.yaml"
check "the same work passes" work
check_says "another register is refused" 'failed' read_register hmi 13
check_says "and another write" 'failed' write_register hmi 111 7
check_event "because no rule allows it" 'DENIED.*holding 111.*operation_denied' gw-a

{ identities; echo "relationships: []"; } >"$LAB_DIR/nothing-allowed.yaml"
"$LAB_BIN/bulkhead" learn "$LAB_DIR/work.pcap" --policy "$LAB_DIR/nothing-allowed.yaml" --by-address >"$LAB_DIR/from-capture.yaml" || fail "learn from a capture"
rules() { grep -E '^ +(from|to|modbus|- (read|write)|allow)' "$1"; }
check "a capture of the same work proposes the same" diff <(rules "$LAB_DIR/proposal.yaml") <(rules "$LAB_DIR/from-capture.yaml")
check_says "what is learnt can be forgotten" 'interactions forgotten' bh gw-a learn forget
check "and then is" [ "$(bh gw-a learn --json | jq '[.interactions[]?] | length')" = 0 ]
