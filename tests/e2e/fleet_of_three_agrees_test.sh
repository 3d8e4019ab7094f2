#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Three gateways under one policy, which they share through etcd. A Modbus client polls through two of
# them all the time while etcd is killed, a control is killed, a gateway is cut off from the store, in
# turn and together: no request fails, and in the end all obey the same version.
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/lab_third.sh
. "$LAB_ROOT/scripts/lab_third.sh"
# shellcheck source=scripts/lab_fleet.sh
. "$LAB_ROOT/scripts/lab_fleet.sh"
lab_enter "$0" "$@"

policy() {  # policy LAST-HOLDING: what the HMI may read; the third gateway has a sensor
  cat <<END
identities:
  - { name: hmi-3, bind: { gateway: gw-a, port: zone0, mac: "02:00:00:00:00:11", ip: 10.20.0.11 }, labels: { role: hmi } }
  - { name: plc-7, bind: { gateway: gw-b, port: zone0, mac: "02:00:00:00:00:70", ip: 10.20.0.70 }, labels: { role: plc } }
  - { name: sensor-8, bind: { gateway: gw-c, port: zone0, mac: "02:00:00:00:00:80", ip: 10.20.0.80 }, labels: { role: sensor } }
relationships:
  - name: hmi-operates-plc
    from: { role: hmi }
    to: { role: plc }
    modbus: { allow: [ { read: { units: [1], holding: ["0-$1"] } } ] }
  - name: sensor-reports
    from: { role: sensor }
    to: { role: hmi }
    udp: { ports: [7000] }
END
}
for last in 199 198 197 196 195 194; do policy $last >"$LAB_DIR/policy-$last.yaml"; done
apply() { bh "$1" apply "$LAB_DIR/policy-$2.yaml" "${@:3}"; }
agree() { until_true 20 lab_fleet_obeys "$1"; }  # agree VERSION: all of them
same_policy() {
  local gateway
  for gateway in gw-a gw-b gw-c; do bh "$gateway" get | cmp - "$LAB_DIR/policy-$1.yaml" || return 1; done
}
image_knows() {  # image_knows GATEWAY NAME OTHER: the one, and not the other
  local image
  image=$(find "$LAB_DIR/$1" -name last_good.image)
  grep -aq "$2" "$image" && ! grep -aq "$3" "$image"
}
store_is_away() { bh "$1" fleet status | grep -q '^away'; }

lab_topology && lab_third_topology && lab_fleet_topology && lab_init_three >"$LAB_DIR/init.log" 2>&1 && lab_fleet_init ||
  { cat "$LAB_DIR/init.log"; fail "lab"; }
lab_store_start || fail "etcd"
lab_up gw-a gw-b gw-c || fail "gateways"
check "gw-a and gw-b agreed on keys" until_true 20 lab_is_up_with gw-a gw-b
check "gw-a and gw-c agreed on keys" until_true 20 lab_is_up_with gw-a gw-c
lab_plc || fail "plc"

check "a policy is applied at gw-a" apply gw-a 199
check "and all three obey it" agree 1
bh gw-c fleet status
check "gw-b's image does not know the sensor, with which nothing there speaks" image_knows gw-b plc-7 sensor-8

ip netns exec hmi stdbuf -oL mbpoll -m tcp -q -0 -a 1 -r 10 -c 1 -t 4 -l 100 -o 1 10.20.0.70 >"$LAB_DIR/polling.log" 2>&1 &
poller=$!
check "polling began" until_true 5 grep -q 1010 "$LAB_DIR/polling.log"

lab_store_kill
check "etcd is killed: gw-c says that the store is away" until_true 10 store_is_away gw-c
check_says "a change is refused, with the reason" 'etcd https://192.168.77.9:2379' apply gw-a 198
check_says "locks need no store" 'obey' bh gw-b lock sensor-8 --reason drill
lab_store_start || fail "etcd does not come back"
check "etcd is back: a change goes through" until_true 10 apply gw-a 198
check "and all three obey it" agree 2
locked() { bh "$1" state | grep -q sensor-8; }
is_free() { ! locked "$1"; }
check "gw-c is told of the lock that gw-b made alone" until_true 10 locked gw-c
check_says "with who made it" 'gw-b' bh gw-c state
check "it is ended at gw-a" bh gw-a unlock sensor-8
check "and so at gw-b and gw-c" until_true 10 sh -c "$(declare -f bh locked is_free); LAB_BIN=$LAB_BIN LAB_DIR=$LAB_DIR; is_free gw-b && is_free gw-c"

lab_kill gw-b control
check "gw-b's control is killed, and gw-c changes the policy" apply gw-c 197
check "gw-a and gw-c obey" until_true 20 lab_fleet_obeys 3 gw-a gw-c
lab_start gw-b control
check "gw-b catches up when its control is back" agree 3

lab_cut gw-c
check "gw-c is cut off, and gw-a changes the policy" apply gw-a 196
check "gw-a and gw-b obey" until_true 20 lab_fleet_obeys 4 gw-a gw-b
check "gw-c goes on with what it has" [ "$(lab_fleet_version gw-c)" = 3 ]
check_says "and changes nothing alone" 'etcd https://192.168.77.9:2379' apply gw-c 195
check "the others see that it is not heard" until_true 25 sh -c "$(declare -f bh); LAB_BIN=$LAB_BIN LAB_DIR=$LAB_DIR bh gw-a fleet status | grep -E 'gw-c +not heard'"
lab_heal gw-c
check "gw-c catches up when the network is back" agree 4

check "a policy on trial is in force at all three" apply gw-a 195 --confirm 8s
check "on trial" until_true 5 lab_fleet_obeys 5
lab_store_kill
lab_kill gw-a control
lab_cut gw-c
check "etcd, gw-a's control and gw-c's network gone: nobody confirms, and gw-b goes back alone" \
  until_true 20 sh -c "$(declare -f bh); LAB_BIN=$LAB_BIN LAB_DIR=$LAB_DIR bh gw-b get | cmp - $LAB_DIR/policy-196.yaml"
lab_heal gw-c
lab_start gw-a control
lab_store_start || fail "etcd does not come back"
check "all three agree again on the version before" until_true 30 same_policy 196

round() {  # two writers at once: one is told
  local a b
  apply gw-a $((198 - $1 % 2)) >"$LAB_DIR/writer-a" 2>&1 & a=$!
  apply gw-b $((195 - $1 % 2)) >"$LAB_DIR/writer-b" 2>&1 & b=$!
  local won=0
  wait $a && won=$((won + 1))
  wait $b && won=$((won + 1))
  [ $won -eq 1 ] && grep -qE 'fleet version [0-9]+ by|in force' "$LAB_DIR/writer-a" "$LAB_DIR/writer-b" && return 0
  # Both may go through one after the other, when the second saw the first's in time.
  [ $won -eq 2 ]
}
one_policy() {
  local version
  version=$(lab_fleet_version gw-a)
  lab_fleet_obeys "$version" && bh gw-a get >"$LAB_DIR/got" && bh gw-b get | cmp - "$LAB_DIR/got" && bh gw-c get | cmp - "$LAB_DIR/got"
}
conflicts=0
for ((i = 1; i <= 6; ++i)); do
  check "two writers at once, round $i: each is answered, none is half done" round $i
  grep -q 'by .* at gw-' "$LAB_DIR/writer-a" "$LAB_DIR/writer-b" && conflicts=$((conflicts + 1))
  check "round $i: and all agree" until_true 20 one_policy
done
echo "figure: $conflicts of 6 rounds were conflicts"

kill -INT $poller; wait $poller 2>/dev/null
check_says "polling lost nothing in all of this" ' 0 errors' cat "$LAB_DIR/polling.log"
tail -3 "$LAB_DIR/polling.log"
