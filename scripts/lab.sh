# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The lab: two gateways, three hosts and an underlay switch in network namespaces. Sourced by
# scripts/demo and tests/e2e/*; everything lives in private mount, network and pid namespaces, so the
# names cannot clash, two labs can run at once, and the kernel cleans up whatever way the lab ends.
#
#   hmi 10.20.0.11 --- zone0 [gw-a] m0 --- underlay --- m0 [gw-b] zone0 --- plc 10.20.0.70
#   laptop 10.20.0.66 - zone1 [gw-a]      172.30.0.0/24
#
# hmi, laptop and plc believe that they share one Ethernet segment.

LAB_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LAB_BIN=${LAB_BIN:-$LAB_ROOT/build/bin}
# What scripts/build has to make for the lab, as ninja targets.
# shellcheck disable=SC2034
LAB_PROGRAMS="dataplane/bulkhead-dataplane dataplane/rehearse/bulkhead-rehearse control/bulkhead control/bulkhead-control"

# lab_enter SCRIPT ARGS...: runs SCRIPT again inside the lab's namespaces, then removes its folder.
lab_enter() {
  [ -n "${LAB_DIR:-}" ] && return 0
  [ "$(id -u)" -eq 0 ] || { echo "$(basename "$1"): network namespaces need root; run it with sudo" >&2; exit 1; }
  LAB_DIR=$(mktemp -d /tmp/bulkhead-lab.XXXXXX)
  export LAB_DIR
  # shellcheck disable=SC2064
  trap "rm -rf '$LAB_DIR'" EXIT
  trap : INT TERM HUP  # the inside ends by itself on Ctrl-C; this shell stays to remove the folder
  unshare --mount --net --pid --fork --kill-child=SIGKILL --mount-proc "$@" &
  local inside=$! code=0
  pgrep -P "$inside" >"$LAB_DIR/pid" || { sleep 0.2; pgrep -P "$inside" >"$LAB_DIR/pid"; }  # for nsenter
  # A signal ends `wait` early: pass it on, then wait for the real end.
  trap 'pkill -TERM -P $inside 2>/dev/null; kill -TERM $inside 2>/dev/null' INT TERM HUP
  while :; do
    wait "$inside"; code=$?
    kill -0 "$inside" 2>/dev/null || break
  done
  exit "$code"
}

in_host() { local host=$1; shift; ip netns exec "$host" "$@"; }   # hmi laptop plc gw-a gw-b underlay
bh() { local gateway=$1; shift; "$LAB_BIN/bulkhead" --socket "$LAB_DIR/$gateway/run/api.sock" "$@"; }

# until_true SECONDS COMMAND...: waits for a condition, not for a time.
until_true() {
  local deadline=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.1
  done
}

lab_cable() {  # lab_cable NS-A IF-A NS-B IF-B
  ip link add "$2" netns "$1" type veth peer name "$4" netns "$3"
  local end
  for end in "$1 $2" "$3 $4"; do
    # shellcheck disable=SC2086
    set -- $end
    # Packet sockets would see offloaded frames otherwise (huge segments, no checksums).
    in_host "$1" ethtool -K "$2" tx off rx off tso off gso off gro off >/dev/null 2>&1
    in_host "$1" ip link set "$2" up
  done
}
lab_host() {  # lab_host NS MAC ADDRESS
  in_host "$1" ip link set eth0 address "$2"
  in_host "$1" ip address add "$3" dev eth0
}
lab_topology() {
  mkdir -p /run/netns && mount -t tmpfs none /run/netns
  local ns
  for ns in hmi laptop plc gw-a gw-b underlay; do
    ip netns add "$ns"
    # The gateways' interfaces belong to the dataplane: their kernel must not speak on them.
    in_host "$ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ip -n "$ns" link set lo up
  done
  for ns in gw-a gw-b; do
    in_host "$ns" sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.default.rp_filter=1 net.ipv4.conf.all.rp_filter=1
  done
  lab_cable hmi eth0 gw-a z0
  lab_cable laptop eth0 gw-a z1
  lab_cable plc eth0 gw-b z0
  lab_cable gw-a m0 underlay to-a
  lab_cable gw-b m0 underlay to-b
  ip -n underlay link add br0 type bridge mcast_snooping 0
  ip -n underlay link set to-a master br0
  ip -n underlay link set to-b master br0
  ip -n underlay link set br0 up
  lab_host hmi 02:00:00:00:00:11 10.20.0.11/24
  lab_host laptop 02:00:00:00:00:66 10.20.0.66/24
  lab_host plc 02:00:00:00:00:70 10.20.0.70/24
}

lab_init_gateway() {  # lab_init_gateway NAME UNDERLAY PEER PEER-UNDERLAY ZONE...
  local name=$1 underlay=$2 peer=$3 peer_underlay=$4 zones=()
  shift 4
  for zone in "$@"; do zones+=(--zone "$zone"); done
  "$LAB_BIN/bulkhead" init --gateway "$name" --dir "$LAB_DIR/$name" --pki "$LAB_DIR/pki" \
    --underlay "$underlay" --mesh-interface m0 --peer "$peer=$peer_underlay" "${zones[@]}" \
    --run-dir "$LAB_DIR/$name/run" --state-dir "$LAB_DIR/$name/state"
}
lab_init() {
  lab_init_gateway gw-a 172.30.0.1/24 gw-b 172.30.0.2 zone0=z0 zone1=z1
  lab_init_gateway gw-b 172.30.0.2/24 gw-a 172.30.0.1 zone0=z0
}

# A management link between the gateways' kernels, as control's API and enrolment use it:
# gw-a 192.168.77.1, gw-b 192.168.77.2.
lab_management() {
  lab_cable gw-a mg0 gw-b mg0
  in_host gw-a ip address add 192.168.77.1/24 dev mg0
  in_host gw-b ip address add 192.168.77.2/24 dev mg0
}
# lab_issuer LIFE: gw-a issues certificates of so many seconds at 192.168.77.1:4434.
lab_issuer() {
  cat >>"$LAB_DIR/gw-a/control.yaml" <<EOF
pki:
  issuer: "192.168.77.1:4434"
  issuing:
    certificate: $LAB_DIR/pki/issuing-ca.pem
    private_key: $LAB_DIR/pki/issuing-ca.key
    listen: "192.168.77.1:4434"
    leaf_seconds: $1
EOF
}

# The pids are in files, so that a test can kill and restart one process.
lab_start() {  # lab_start GATEWAY dataplane|control
  local gateway=$1 part=$2
  # Not through in_host: a function in the background would be a shell of its own, and its pid ours.
  ip netns exec "$gateway" "$LAB_BIN/bulkhead-$part" --config "$LAB_DIR/$gateway/$part.yaml" \
    >>"$LAB_DIR/$gateway/$part.log" 2>&1 &
  echo $! >"$LAB_DIR/$gateway/$part.pid"
}
lab_kill() {  # lab_kill GATEWAY PART [SIGNAL]
  local pid
  pid=$(cat "$LAB_DIR/$1/$2.pid")
  kill -"${3:-KILL}" "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null || true
}
lab_gateways() {
  local gateway
  for gateway in gw-a gw-b; do lab_start "$gateway" dataplane; done
  for gateway in gw-a gw-b; do
    until_true 20 test -S "$LAB_DIR/$gateway/run/dataplane.sock" || { lab_logs "$gateway"; return 1; }
    lab_start "$gateway" control
  done
  for gateway in gw-a gw-b; do
    until_true 20 lab_peer_is_up "$gateway" || { lab_logs gw-a; lab_logs gw-b; return 1; }
  done
}
lab_peer_is_up() { bh "$1" peers --json | jq -es '[.. | objects | select(.state? == "up")] | length > 0'; }
lab_apply() { bh gw-b apply "$1" && bh gw-a apply "$1"; }   # lab_apply POLICY
lab_logs() {
  echo "--- logs of $1" >&2
  tail -n 20 "$LAB_DIR/$1"/*.log >&2
}
# A Modbus server nobody here wrote, in the plc's namespace: pymodbus, or "libmodbus", which takes
# requests in any number of segments (pymodbus 3.0 resets a connection that sends part of one).
lab_plc() {
  local server=(/usr/bin/python3 "$LAB_ROOT/tests/e2e/endpoints/modbus_server.py")
  if [ "${1:-}" = libmodbus ]; then
    # shellcheck disable=SC2046
    cc -O1 -o "$LAB_DIR/libmodbus_server" "$LAB_ROOT/tests/e2e/endpoints/libmodbus_server.c" \
      $(pkg-config --cflags --libs libmodbus) || return 1
    server=("$LAB_DIR/libmodbus_server")
  fi
  ip netns exec plc "${server[@]}" >"$LAB_DIR/plc.log" 2>&1 &
  until_true 20 in_host plc sh -c 'ss -ltn | grep -q :502'
}
