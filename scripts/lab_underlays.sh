# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# More of the lab's underlay (scripts/lab.sh): a second network between the gateways, and an address
# translator in front of gw-a. Sourced by the tests that need them.

# After lab_topology: gw-a m1 --- br1 --- m1 gw-b, 172.31.0.0/24.
lab_second_underlay() {
  lab_cable gw-a m1 underlay to-a1
  lab_cable gw-b m1 underlay to-b1
  ip -n underlay link add br1 type bridge mcast_snooping 0
  ip -n underlay link set to-a1 master br1
  ip -n underlay link set to-b1 master br1
  ip -n underlay link set br1 up
}
# After lab_init: a second mesh port and path in the files of both gateways. KEEPALIVE-MS
lab_second_path() {
  local here there gateway
  for gateway in gw-a gw-b; do
    here=1 there=2
    [ $gateway = gw-b ] && here=2 there=1
    printf '  - {name: mesh1, role: mesh, driver: af_packet, device: m1, address: "172.31.0.%s/24"}\n' $here \
      >>"$LAB_DIR/$gateway/dataplane.yaml"
    sed -i "s|^handshake_listen: .*|keepalive_ms: $1\nhandshake_listen: [\"172.30.0.$here:4433\", {mesh_port: mesh1, address: \"172.31.0.$here:4433\"}]|
      s|^    underlay: .*|    paths:\n      - {underlay: \"172.30.0.$there:4500\", handshake: \"172.30.0.$there:4433\"}|
      s|^    handshake: .*|      - {underlay: \"172.31.0.$there:4500\", handshake: \"172.31.0.$there:4433\", mesh_port: mesh1}|" \
      "$LAB_DIR/$gateway/control.yaml"
  done
}

# After lab_topology: gw-a's underlay is 192.168.77.0/24, masqueraded behind 172.30.0.9.
lab_translator() {
  ip netns add nat
  ip -n nat link set lo up
  in_host nat sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.disable_ipv6=1
  ip -n gw-a link del m0
  lab_cable gw-a m0 nat inside
  lab_cable nat outside underlay to-nat
  ip -n underlay link set to-nat master br0
  in_host nat ip address add 192.168.77.254/24 dev inside
  in_host nat ip address add 172.30.0.9/24 dev outside
  in_host nat nft add table ip nat
  in_host nat nft 'add chain ip nat post { type nat hook postrouting priority 100; }'
  in_host nat nft add rule ip nat post oifname outside ip protocol udp masquerade to :20000-20999
  in_host nat nft add rule ip nat post oifname outside masquerade
}
# After lab_init: gw-a is behind the translator, gw-b learns where it is. KEEPALIVE-MS
lab_translated_path() {
  sed -i "s|172.30.0.1/24|192.168.77.1/24|; /192.168.77.1/a \    next_hop: 192.168.77.254" "$LAB_DIR/gw-a/dataplane.yaml"
  sed -i "s|^handshake_listen: .*|behind_nat: true\nkeepalive_ms: $1\nhandshake_listen: \"192.168.77.1:4433\"|" \
    "$LAB_DIR/gw-a/control.yaml"
  sed -i "s|^handshake_listen: .*|keepalive_ms: $1\n&|; /^    underlay: /d
    s|^    handshake: .*|    behind_nat: true\n    from: [\"172.30.0.8/29\"]|" "$LAB_DIR/gw-b/control.yaml"
}
# Another address and other ports from now on; the kernel forgets the old mappings with the address.
lab_translate_anew() {
  in_host nat ip address del 172.30.0.9/24 dev outside
  in_host nat ip address add 172.30.0.10/24 dev outside
}
