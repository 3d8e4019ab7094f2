# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# wireguard-go between the kernels of the two gateways, keys made for the run.
PROGRAMS=(wireguard-go wg)
# shellcheck source=bench/veth/tunnels/routed.sh
. "$VETH/tunnels/routed.sh"
# Not the same name: their control sockets are in one directory.
DEVICE_A=wg-a DEVICE_B=wg-b

wireguard_gateway() {  # GATEWAY NUMBER DEVICE
  routed_gateway "$1" "$2"
  (umask 077 && wg genkey >"$LAB_DIR/$1.key") && wg pubkey <"$LAB_DIR/$1.key" >"$LAB_DIR/$1.pub"
  WG_PROCESS_FOREGROUND=1 LOG_LEVEL=error ip netns exec "$1" wireguard-go -f "$3" >"$LAB_DIR/$1.log" 2>&1 &
  echo $! >"$LAB_DIR/$1.pid"
  until_true 10 in_host "$1" wg show "$3"
}
wireguard_peer() {  # GATEWAY DEVICE PEER PEER-UNDERLAY
  in_host "$1" wg set "$2" private-key "$LAB_DIR/$1.key" listen-port 51820 \
    peer "$(cat "$LAB_DIR/$3.pub")" endpoint "$4:51820" allowed-ips "${BEHIND[$3]}/32"
  ip -n "$1" link set "$2" mtu $TUNNEL_MTU up
  ip -n "$1" route add "${BEHIND[$3]}/32" dev "$2"
}
tunnel_up() {
  mkdir -p /run/wireguard && mount -t tmpfs none /run/wireguard  # of this mount namespace
  wireguard_gateway gw-a 1 $DEVICE_A && wireguard_gateway gw-b 2 $DEVICE_B || return 1
  wireguard_peer gw-a $DEVICE_A gw-b 172.30.0.2 && wireguard_peer gw-b $DEVICE_B gw-a 172.30.0.1
}
# Bytes as WireGuard counts what it could decrypt.
tunnel_carried() { routed_carried $DEVICE_A $DEVICE_B "$(in_host gw-b wg show $DEVICE_B transfer | cut -f 2)"; }
