#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# gw-c sends a packet each millisecond to a host behind gw-a and one behind gw-b. The issuer gw-a revokes
# it, again and again, each time with a fresh certificate: from the return of the command nothing
# arrives behind gw-a (p99 < 10 ms). Then with the issuer's control killed right after the command, and
# before it (a record signed offline, applied at gw-b): behind gw-b the last packet arrives within 1 s.
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/lab_third.sh
. "$LAB_ROOT/scripts/lab_third.sh"
lab_enter "$0" "$@"
ROUNDS=${ROUNDS:-20}
KILLED_ROUNDS=${KILLED_ROUNDS:-2}  # with the issuer's control gone; each takes some seconds

cat >"$LAB_DIR/policy.yaml" <<'END'
identities:
  - { name: hmi-3, kind: device, bind: { gateway: gw-a, port: zone0, mac: "02:00:00:00:00:11", ip: 10.20.0.11 }, labels: { role: reader } }
  - { name: plc-7, kind: device, bind: { gateway: gw-b, port: zone0, mac: "02:00:00:00:00:70", ip: 10.20.0.70 }, labels: { role: reader } }
  - { name: sensor-8, kind: device, bind: { gateway: gw-c, port: zone0, mac: "02:00:00:00:00:80", ip: 10.20.0.80 }, labels: { role: sensor } }
relationships:
  - name: sensor-reports
    from: { role: sensor }
    to: { role: reader }
    udp: { ports: [7000] }
END
lab_topology && lab_third_topology && lab_init_three >"$LAB_DIR/init.log" 2>&1 || { cat "$LAB_DIR/init.log"; fail "lab"; }
lab_up gw-a gw-b gw-c || fail "gateways"
for gateway in gw-a gw-b gw-c; do check "policy at $gateway" bh $gateway apply "$LAB_DIR/policy.yaml"; done

stream() { ip netns exec "$1" /usr/bin/python3 "$E2E/endpoints/stream.py" "${@:2}" & }
stream hmi receive 7000 "$LAB_DIR/at-a"
stream plc receive 7000 "$LAB_DIR/at-b"
stream sensor send 10.20.0.11 7000 10.20.0.70 7000
arrived() { [ "$(stat -c %s "$LAB_DIR/$1")" -gt $(($2 + 400)) ]; }  # 50 packets more
flows() {  # both streams arrive
  local a b
  a=$(stat -c %s "$LAB_DIR/at-a") b=$(stat -c %s "$LAB_DIR/at-b")
  until_true 15 arrived at-a "$a" && until_true 15 arrived at-b "$b"
}
now() { date +%s%N; }
# A certificate for a new key, as enrolment gives it; both others are asked to try again.
fresh_certificate() {
  rm -rf "$LAB_DIR/fresh"
  "$LAB_BIN/bulkhead" init --gateway gw-c --dir "$LAB_DIR/fresh" --pki "$LAB_DIR/pki" --underlay 172.30.0.3/24 \
    --zone zone0=z0 --run-dir "$LAB_DIR/fresh/run" --state-dir "$LAB_DIR/fresh/state" >/dev/null || return 1
  mv "$LAB_DIR/fresh/gateway.pem" "$LAB_DIR/fresh/gateway.key" "$LAB_DIR/gw-c/"
  kill -HUP "$(cat "$LAB_DIR/gw-c/control.pid")"
  until_true 5 own_is_believed
  local gateway
  for gateway in gw-a gw-b; do bh $gateway rekey gw-c >/dev/null 2>&1; done
  until_true 10 lab_is_up_with gw-a gw-c && until_true 10 lab_is_up_with gw-b gw-c
}
own_is_believed() { bh gw-c peers --json | jq -e '(.own_denial // "") == ""'; }
# cut NAME COMMAND...: runs it, waits, notes how long each stream went on after it.
cut() {
  local name=$1 begin end
  shift
  begin=$(now); "$@" >"$LAB_DIR/cut.log" 2>&1 || { cat "$LAB_DIR/cut.log"; fail "$name: $*"; }
  end=$(now)
  [ "$name" != killed-after ] || lab_kill gw-a control
  sleep "${SETTLE:-0.3}"
  /usr/bin/python3 "$E2E/endpoints/after.py" last "$LAB_DIR/at-a" "$begin" "$end" "$name" >>"$LAB_DIR/a-$name" || [ "$name" = killed-before ] || fail "$name at gw-a"
  /usr/bin/python3 "$E2E/endpoints/after.py" last "$LAB_DIR/at-b" "$begin" "$end" "$name" >>"$LAB_DIR/b-$name" || fail "$name at gw-b"
}
summary() {  # summary NAME FILE WORST-MS
  echo "figure: last packet accepted from the revoked gateway, $1: $(/usr/bin/python3 "$E2E/endpoints/after.py" summary "$2" "$3" || echo TOO LONG)" | tee "$LAB_DIR/figure"
  ! grep -q "TOO LONG" "$LAB_DIR/figure" || fail "$1"
}

check "both streams flow" flows
for ((round = 1; round <= ROUNDS; ++round)); do
  [ $round = 1 ] || fresh_certificate || fail "round $round: gw-c does not come back with a fresh certificate"
  flows || fail "round $round: no stream"
  cut local bh gw-a revoke gw-c --reason "round $round"
done
check "gw-c is shown as revoked at the issuer" [ "$(bh gw-a peers --json | jq -r '.peers[] | select(.name == "gw-c").state')" = revoked ]
check "and at the other peer" [ "$(bh gw-b peers --json | jq -r '.peers[] | select(.name == "gw-c").state')" = revoked ]
check_says "gw-c itself says so loudly" 'OUR OWN CERTIFICATE IS REVOKED' bh gw-c peers

is_revoked_at_a() { [ "$(bh gw-a peers --json | jq -r '.peers[] | select(.name == "gw-c").state')" = revoked ]; }
come_back() { lab_start gw-a control && until_true 10 lab_is_up_with gw-a gw-b; }
for ((round = 1; round <= KILLED_ROUNDS; ++round)); do
  fresh_certificate && flows || fail "round $round: before the issuer's control is killed"
  SETTLE=1.5 cut killed-after bh gw-a revoke gw-c
  check "round $round: the issuer's control comes back" come_back
  fresh_certificate && flows || fail "round $round: after the issuer's control came back"
  number=$(bh gw-a revoke --list --json | jq '[.records[].number | tonumber] | max + 1')
  check "round $round: a record is signed offline" "$LAB_BIN/bulkhead" pki deny --pki "$LAB_DIR/pki" --number "$number" \
    --key-of "$LAB_DIR/gw-c/gateway.pem" --gateway gw-c --reason offline --out "$LAB_DIR/deny.record"
  lab_kill gw-a control
  SETTLE=1.5 cut killed-before bh gw-b revoke --record "$LAB_DIR/deny.record"
  check "round $round: the issuer's control comes back again" come_back
  check "round $round: it learns the record from gw-b" until_true 10 is_revoked_at_a
done

summary "at the issuer" "$LAB_DIR/a-local" 10
summary "at another peer" "$LAB_DIR/b-local" 1000
summary "at another peer, the issuer's control killed right after the command" "$LAB_DIR/b-killed-after" 1000
summary "where the record was applied, the issuer's control gone" "$LAB_DIR/b-killed-before" 1000
