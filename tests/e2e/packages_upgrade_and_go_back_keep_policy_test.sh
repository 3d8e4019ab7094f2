#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The Debian packages on a machine of their own, with systemd: installed, started by their units, hardened as these
# say, a policy in force; upgraded and back again with the policy in force and the store whole; removed with all
# state kept, purged with none. Traffic between an HMI and a PLC behind another gateway is the witness.
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/lab_machine.sh
. "$E2E/../../scripts/lab_machine.sh"
lab_enter "$0" "$@"
why=$(lab_machine_possible 2>&1) || { echo "$why"; exit 77; }
LAB_MACHINE=$LAB_DIR/machine/root

make_packages() {
  local version
  (cd "$LAB_ROOT" && scripts/package --prebuilt --fast --version 0.1.0 --version 0.1.1 --out "$LAB_DIR/shared") || return 1
  for version in 0.1.0 0.1.1; do mkdir "$LAB_DIR/shared/$version" && mv "$LAB_DIR"/shared/*_${version}_*.deb "$LAB_DIR/shared/$version/"; done
}
check "packages are made, and newer ones" make_packages
check "lintian finds nothing" lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$LAB_DIR"/shared/0.1.0/*.deb

lab_topology || fail "lab topology"
mkdir -p "$LAB_DIR/shared/pki"
lab_init_gateway gw-b 172.30.0.2/24 gw-a 172.30.0.1 zone0=z0 >"$LAB_DIR/init.log" || fail "init"
cp -a "$LAB_DIR/pki/." "$LAB_DIR/shared/pki/"
cp "$LAB_ROOT/docs/examples/demo.yaml" "$LAB_DIR/shared/"
lab_machine_boot gw-a || fail "no machine"
lab_logs() { if [ "$1" = gw-a ]; then sleep 1; tail -n 20 "$LAB_DIR/machine/console.log" >&2; in_machine journalctl --no-pager -o short-monotonic -n 60 >&2; else tail -n 20 "$LAB_DIR/$1"/*.log >&2; fi; }

install_packages() { in_machine sh -c "dpkg --install --force-confold /lab/$1/*.deb"; }
check "they install" install_packages 0.1.0
for unit in control dataplane; do
  check "bulkhead-$unit is enabled" in_machine systemctl is-enabled bulkhead-$unit
  check "and waits for its start-up file" in_machine sh -c "systemctl start bulkhead-$unit; ! systemctl is-active --quiet bulkhead-$unit"
done
units=/lib/systemd/system
units_are_well() { ! in_machine systemd-analyze verify $units/bulkhead-{control,dataplane}.service 2>&1 | grep bulkhead; }
check "systemd finds nothing wrong with the units" units_are_well
# Of 100, as `systemd-analyze security` weighs: the dataplane needs interfaces, taps and raw sockets at start.
check "control is exposed little" in_machine systemd-analyze security --offline=yes --threshold=20 $units/bulkhead-control.service
check "the dataplane little more" in_machine systemd-analyze security --offline=yes --threshold=30 $units/bulkhead-dataplane.service
doctor_fails() { ! in_machine bulkhead doctor; }
check "doctor calls bad what is not there yet" doctor_fails

check "init makes a gateway" in_machine bulkhead init --gateway gw-a --pki /lab/pki --underlay 172.30.0.1/24 --mesh-interface m0 \
  --peer gw-b=172.30.0.2 --zone zone0=z0 --zone zone1=z1
check "it starts" in_machine systemctl start bulkhead-dataplane bulkhead-control
lab_start gw-b dataplane
until_true 20 test -S "$LAB_DIR/gw-b/run/dataplane.sock" || fail "gw-b"
lab_start gw-b control
machine_peer_is_up() { in_machine bulkhead peers --json | jq -es '[.. | objects | select(.state? == "up")] | length > 0'; }
check "and agrees on keys with its peer" until_true 20 machine_peer_is_up

main_pid() { in_machine systemctl show --property MainPID --value "bulkhead-$1"; }
status_line() { in_machine cat "/proc/$(main_pid "$1")/status" | grep -P "^$2:"; }
runs_as() { [ "$(status_line "$1" Uid | cut -f2)" = "$(in_machine id -u "$2")" ]; }
check "control runs as bulkhead" runs_as control bulkhead
check "the dataplane runs as bulkhead-dataplane" runs_as dataplane bulkhead-dataplane
for part in control dataplane; do
  check_says "$part has no capability" $'CapEff:\t0000000000000000' status_line $part CapEff
  check_says "$part may gain none" $'NoNewPrivs:\t1' status_line $part NoNewPrivs
  check_says "system calls of $part are filtered" $'Seccomp:\t2' status_line $part Seccomp
done
check_says "systemd knows the dataplane's state" 'ready: 3 ports' in_machine systemctl show --property StatusText bulkhead-dataplane

check "a policy is applied" in_machine bulkhead apply /lab/demo.yaml
check "on the other gateway too" bh gw-b apply "$LAB_ROOT/docs/examples/demo.yaml"
lab_plc || fail "plc"
reads() { read_register hmi 10 | grep -q 1010; }
check "reads pass" until_true 20 reads
check_says "other writes do not" 'failed' write_register hmi 150 1
in_machine bulkhead doctor --json >"$LAB_DIR/doctor.json"
# The processor is the test machine's, not the packages'.
nothing_bad() { jq -es 'length > 20 and all(.[]; .level != "bad" or .check == "processor")' "$LAB_DIR/doctor.json" || { cat "$LAB_DIR/doctor.json"; return 1; }; }
check "doctor finds nothing bad" nothing_bad
all_documented() {
  local id
  for id in $(jq -r .check "$LAB_DIR/doctor.json" | sort -u); do
    grep -q "^| .$id. |" "$LAB_ROOT/docs/operations.md" || { echo "$id"; return 1; }
  done
}
check "every check of doctor is in docs/operations.md" all_documented
check_says "as another user it says what it could not look at" 'unseen' in_machine setpriv --reuid=65534 --regid=65534 --clear-groups bulkhead doctor

dataplane=$(main_pid dataplane) control=$(main_pid control)
check "control is restarted alone" in_machine systemctl restart bulkhead-control
check "the dataplane was not" test "$(main_pid dataplane)" = "$dataplane"
check "reads pass at once" reads
control=$(main_pid control)

# From here on each step must leave these as they are.
policy() { in_machine bulkhead get; }
versions() { in_machine bulkhead history --limit 1000 --json | jq -r '[.versions[].generation | tonumber] | max'; }
policy >"$LAB_DIR/policy.before"
generation=$(versions)
in_machine sh -c 'echo OPTIONS=--log-level=debug >/etc/default/bulkhead-control'
same_policy() { policy | cmp - "$LAB_DIR/policy.before"; }
obeyed_from_disk() { in_machine journalctl -u bulkhead-dataplane --no-pager -o cat | tail -n 20 | grep -qE "ready: .*generation [0-9]+ from disk"; }
change_to() {  # change_to VERSION WORD
  check "$2 to $1" install_packages "$1"
  check_says "$1 is installed" "^$1$" in_machine dpkg-query -W -f '${Version}\n' bulkhead-dataplane
  check "what ran goes on" test "$(main_pid dataplane) $(main_pid control)" = "$dataplane $control"
  check "and reads pass" reads
  check_says "the operator's options stay" 'log-level=debug' in_machine cat /etc/default/bulkhead-control
  in_machine systemctl stop bulkhead-control
  check "the dataplane is restarted, without control" in_machine systemctl restart bulkhead-dataplane
  check "and enforces the policy from disk" until_true 5 obeyed_from_disk
  check "control is started" in_machine systemctl start bulkhead-control
  check "the policy is the same" same_policy
  check "no version is lost" test "$(versions)" -ge "$generation"
  check "keys are agreed on, and reads pass" until_true 30 reads
  check_says "other writes do not" 'failed' write_register hmi 150 1
  dataplane=$(main_pid dataplane) control=$(main_pid control)
}
change_to 0.1.1 upgrade
change_to 0.1.0 downgrade
check "the audit log is whole" in_machine bulkhead audit verify

in_machine kill -KILL "$dataplane"
came_back() { local pid; pid=$(main_pid dataplane); [ "$pid" != 0 ] && [ "$pid" != "$dataplane" ]; }
check "a dataplane that is killed comes back" until_true 10 came_back

packages="bulkhead bulkhead-control bulkhead-dataplane bulkhead-gateway"
# shellcheck disable=SC2086
check "they are removed" in_machine dpkg --remove $packages
nothing_runs() { ! in_machine pgrep -f /usr/sbin/bulkhead; }
check "nothing of them runs" nothing_runs
check "store and policy image are kept" in_machine test -s /var/lib/bulkhead/control.db -a -s /var/lib/bulkhead/dataplane/last_good.image
check "start-up file and key are kept" in_machine test -s /etc/bulkhead/control.yaml -a -s /etc/bulkhead/gateway.key
# shellcheck disable=SC2086
check "they are purged" in_machine dpkg --purge $packages
check "and no state is left" in_machine sh -c '! ls -d /var/lib/bulkhead /etc/bulkhead /etc/default/bulkhead-*'
