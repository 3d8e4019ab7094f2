# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A store for the lab's three gateways (scripts/lab.sh, lab_third.sh; sourced after them): etcd with
# mutual TLS in a namespace of its own, on a management network of its own.
#
#   gw-a 192.168.77.1 --+
#   gw-b 192.168.77.2 --+-- etcd 192.168.77.9:2379
#   gw-c 192.168.77.3 --+

LAB_STORE=https://192.168.77.9:2379

lab_fleet_topology() {  # after lab_third_topology
  local ns=etcd number=1 gateway
  ip netns add $ns
  in_host $ns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  ip -n $ns link set lo up
  ip -n $ns link add br0 type bridge mcast_snooping 0
  ip -n $ns address add 192.168.77.9/24 dev br0
  ip -n $ns link set br0 up
  for gateway in gw-a gw-b gw-c; do
    lab_cable $gateway mg0 $ns "to-${gateway#gw-}"
    ip -n $ns link set "to-${gateway#gw-}" master br0
    in_host $gateway ip address add 192.168.77.$((number++))/24 dev mg0
  done
}
# Etcd believes the certificates of gateways; gateways believe etcd's own.
lab_fleet_init() {  # after lab_init_three
  mkdir -p "$LAB_DIR/etcd"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=etcd" \
    -addext "subjectAltName=IP:192.168.77.9" -keyout "$LAB_DIR/etcd/key.pem" -out "$LAB_DIR/etcd/cert.pem" 2>/dev/null || return 1
  cat "$LAB_DIR/pki/issuing-ca.pem" "$LAB_DIR/pki/owner-root.pem" >"$LAB_DIR/etcd/gateways.pem"
  local gateway
  for gateway in gw-a gw-b gw-c; do
    cat >>"$LAB_DIR/$gateway/control.yaml" <<EOF
fleet:
  etcd: "$LAB_STORE"
  trust_anchors: $LAB_DIR/etcd/cert.pem
EOF
  done
}
lab_store_start() {
  ip netns exec etcd etcd --data-dir "$LAB_DIR/etcd/data" --logger zap \
    --listen-client-urls "$LAB_STORE" --advertise-client-urls "$LAB_STORE" \
    --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
    --initial-cluster default=http://127.0.0.1:2380 \
    --cert-file "$LAB_DIR/etcd/cert.pem" --key-file "$LAB_DIR/etcd/key.pem" \
    --client-cert-auth --trusted-ca-file "$LAB_DIR/etcd/gateways.pem" >>"$LAB_DIR/etcd/etcd.log" 2>&1 &
  echo $! >"$LAB_DIR/etcd/etcd.pid"
  until_true 20 lab_store_answers || { tail -20 "$LAB_DIR/etcd/etcd.log" >&2; return 1; }
}
lab_store_answers() {  # asked as gw-a
  ip netns exec etcd env ETCDCTL_API=3 etcdctl --endpoints "$LAB_STORE" --cacert "$LAB_DIR/etcd/cert.pem" \
    --cert "$LAB_DIR/gw-a/gateway.pem" --key "$LAB_DIR/gw-a/gateway.key" get "${1:-/}" "${@:2}"
}
lab_store_kill() {
  local pid
  pid=$(cat "$LAB_DIR/etcd/etcd.pid")
  kill -KILL "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null || true
}
lab_cut() { ip -n "$1" link set mg0 down; }   # lab_cut GATEWAY: from the store
lab_heal() { ip -n "$1" link set mg0 up; }
# lab_fleet_obeys VERSION [GATEWAY...]: by what each says of itself.
lab_fleet_obeys() {
  local version=$1 gateway
  shift
  [ $# -gt 0 ] || set -- gw-a gw-b gw-c
  for gateway in "$@"; do
    bh "$gateway" fleet status --json | jq -e --arg g "$gateway" --arg v "$version" \
      '.gateways[] | select(.name == $g and .version == $v and .standing == "FLEET_STANDING_OBEYS")' >/dev/null || return 1
  done
}
lab_fleet_version() { bh "$1" fleet status --json | jq -r --arg g "$1" '.gateways[] | select(.name == $g).version'; }
