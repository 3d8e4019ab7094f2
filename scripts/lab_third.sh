# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A third gateway for the lab of scripts/lab.sh; sourced after it.
# A third gateway: sensor 10.20.0.80 --- zone0 [gw-c] m0 --- underlay. After lab_topology.
lab_third_topology() {
  local ns
  for ns in sensor gw-c; do
    ip netns add "$ns"
    in_host "$ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ip -n "$ns" link set lo up
  done
  in_host gw-c sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.default.rp_filter=1 net.ipv4.conf.all.rp_filter=1
  lab_cable sensor eth0 gw-c z0
  lab_cable gw-c m0 underlay to-c
  ip -n underlay link set to-c master br0
  lab_host sensor 02:00:00:00:00:80 10.20.0.80/24
}
lab_init_three() {  # each the peer of both others; gw-a holds the issuing key
  local all=(gw-a=172.30.0.1 gw-b=172.30.0.2 gw-c=172.30.0.3) own other peers
  local zones
  for own in "${all[@]}"; do
    peers=()
    zones=(--zone zone0=z0)
    [ "${own%=*}" != gw-a ] || zones+=(--zone zone1=z1)
    for other in "${all[@]}"; do [ "$own" = "$other" ] || peers+=(--peer "$other"); done
    "$LAB_BIN/bulkhead" init --gateway "${own%=*}" --dir "$LAB_DIR/${own%=*}" --pki "$LAB_DIR/pki" \
      --underlay "${own#*=}/24" --mesh-interface m0 "${peers[@]}" "${zones[@]}" \
      --run-dir "$LAB_DIR/${own%=*}/run" --state-dir "$LAB_DIR/${own%=*}/state" || return 1
  done
  cat >>"$LAB_DIR/gw-a/control.yaml" <<END
pki:
  issuing:
    certificate: $LAB_DIR/pki/issuing-ca.pem
    private_key: $LAB_DIR/pki/issuing-ca.key
    listen: "127.0.0.1:4434"
END
}
lab_up() {  # lab_up GATEWAY...: both processes of each
  local gateway
  for gateway in "$@"; do lab_start "$gateway" dataplane; done
  for gateway in "$@"; do
    until_true 20 test -S "$LAB_DIR/$gateway/run/dataplane.sock" || { lab_logs "$gateway"; return 1; }
    lab_start "$gateway" control
  done
  for gateway in "$@"; do
    until_true 20 lab_is_connected "$gateway" || { lab_logs "$gateway"; return 1; }
  done
}
lab_is_connected() { bh "$1" status --json | jq -e '.connected'; }
lab_is_up_with() {  # lab_is_up_with GATEWAY PEER
  bh "$1" peers --json | jq -e --arg p "$2" '[.peers[] | select(.name == $p and .state == "up")] | length > 0'
}
