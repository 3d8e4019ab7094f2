# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What tunnels with an interface of the kernel share: the kernels of gw-a and gw-b forward between z0 and it. The endpoints
# keep their one subnet, as with Bulkhead: each gateway answers ARP for the endpoint behind the other.

# The largest packet that fits into UDP on an underlay of 1500, for both WireGuard and Nebula (60 bytes in all).
TUNNEL_MTU=1440

declare -A BEHIND=([gw-a]=10.20.0.11 [gw-b]=10.20.0.70)
routed_gateway() {  # routed_gateway GATEWAY NUMBER: the underlay's and the zone's side
  ip -n "$1" address add "172.30.0.$2/24" dev m0
  ip -n "$1" address add "10.20.0.$2/32" dev z0
  ip -n "$1" route add "${BEHIND[$1]}/32" dev z0
  in_host "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.z0.proxy_arp=1 net.ipv4.neigh.z0.proxy_delay=0
}
device_is_up() { in_host "$1" ip link show dev "$2" up | grep -q .; }  # GATEWAY DEVICE
counter_of() { in_host "$1" cat "/sys/class/net/$2/statistics/$3"; }     # GATEWAY DEVICE COUNTER
# GATEWAY-A's and GATEWAY-B's device: what the kernel gave to the tunnel and got from it.
routed_carried() {
  carried "$(counter_of gw-a "$1" tx_packets)" "$(counter_of gw-b "$2" rx_packets)" "${3:-$(counter_of gw-b "$2" rx_bytes)}" \
    "$(counter_of gw-a "$1" rx_packets)"
}
tunnel_pids() { cat "$LAB_DIR"/gw-?.pid; }
tunnel_down() { kill $(tunnel_pids); wait $(tunnel_pids); } 2>/dev/null
tunnel_mode() { echo kernel; }
# Its own counters of drops: what the kernel could not give to the tunnel.
tunnel_drops() {
  echo "{\"unexplained\": {}, \"all\": {\"tun\": $(($(counter_of gw-a "$DEVICE_A" tx_dropped) + $(counter_of gw-b "$DEVICE_B" tx_dropped)))}}"
}
