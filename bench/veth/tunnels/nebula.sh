# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Nebula between the kernels of the two gateways: an authority and two certificates made for the run, AES-256-GCM.
PROGRAMS=(nebula nebula-cert)
# shellcheck source=bench/veth/tunnels/routed.sh
. "$VETH/tunnels/routed.sh"
DEVICE_A=nebula-a DEVICE_B=nebula-b

nebula_config() {  # GATEWAY NUMBER DEVICE PEER PEER-NUMBER
  cat <<YAML
pki: { ca: $LAB_DIR/ca.crt, cert: $LAB_DIR/$1.crt, key: $LAB_DIR/$1.key }
static_host_map: { "192.168.98.$5": ["172.30.0.$5:4242"] }
lighthouse: { am_lighthouse: false, hosts: [] }
listen: { host: 172.30.0.$2, port: 4242, read_buffer: 8388608, write_buffer: 8388608 }
cipher: aes
tun:
  dev: $3
  mtu: $TUNNEL_MTU
  tx_queue: 500
  unsafe_routes: [ { route: ${BEHIND[$4]}/32, via: 192.168.98.$5, mtu: $TUNNEL_MTU } ]
logging: { level: warning, format: text }
firewall:
  outbound: [ { port: any, proto: any, host: any } ]
  inbound: [ { port: any, proto: any, host: any } ]
YAML
}
nebula_gateway() {  # as nebula_config
  routed_gateway "$1" "$2"
  nebula-cert sign -ca-crt "$LAB_DIR/ca.crt" -ca-key "$LAB_DIR/ca.key" -name "$1" -ip "192.168.98.$2/24" \
    -subnets "${BEHIND[$1]}/32" -out-crt "$LAB_DIR/$1.crt" -out-key "$LAB_DIR/$1.key" || return 1
  nebula_config "$@" >"$LAB_DIR/$1.yaml"
  ip netns exec "$1" nebula -config "$LAB_DIR/$1.yaml" >"$LAB_DIR/$1.log" 2>&1 &
  echo $! >"$LAB_DIR/$1.pid"
  until_true 10 device_is_up "$1" "$3"
}
tunnel_up() {
  nebula-cert ca -name bench -out-crt "$LAB_DIR/ca.crt" -out-key "$LAB_DIR/ca.key" || return 1
  nebula_gateway gw-a 1 $DEVICE_A gw-b 2 && nebula_gateway gw-b 2 $DEVICE_B gw-a 1
}
tunnel_carried() { routed_carried $DEVICE_A $DEVICE_B; }
