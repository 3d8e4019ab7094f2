# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the flood tests share: an attacker on the underlay, the HMI's polling, counters before and after.
FLOOD=${LAB_FLOOD:-$LAB_BIN/../tests/tools/flood}
[ -x "$FLOOD" ] || fail "no flood tool at $FLOOD (scripts/build makes it)"

# A machine of its own at the underlay's switch. It forges IP addresses, not MAC addresses: who can
# forge those on the same switch takes the traffic away from any gateway.
attacker_joins() {
  ip netns add attacker
  in_host attacker sysctl -qw net.ipv6.conf.all.disable_ipv6=1
  lab_cable attacker eth0 underlay to-x
  ip -n underlay link set to-x master br0
  GW_A_MAC=$(in_host gw-a cat /sys/class/net/m0/address)
}
# It has the processor before the gateways have: what they cannot keep up with is theirs to drop.
flood() { ip netns exec attacker nice -n -10 "$FLOOD" --interface eth0 --to-mac "$GW_A_MAC" --to-ip 172.30.0.1 "$@"; }
sent_rate() { grep -oE '[0-9]+ per second' "$LAB_DIR/flood-$1" | cut -d' ' -f1; }

session_of() { bh "$1" peers --json | jq -r '.peers[0].session'; }
session_is_after() { [ "$(session_of "$1")" -gt "$2" ]; }
control_kib() { awk '/VmRSS/ {print $2}' "/proc/$(cat "$LAB_DIR/$1/control.pid")/status"; }
control_below() { [ "$(control_kib "$1")" -le "$2" ]; }

declare -A DROPS_BEFORE
remember_drops() {  # remember_drops GATEWAY REASON...
  local gateway=$1 reason
  shift
  DROPS_BEFORE=()
  for reason in "$@"; do DROPS_BEFORE[$reason]=$(drops "$gateway" "$reason"); done
}
told_drops() {
  local reason
  for reason in "${!DROPS_BEFORE[@]}"; do printf '%s %s  ' "$reason" $(($(drops "$1" "$reason") - DROPS_BEFORE[$reason])); done
}
more_drops() { [ $(($(drops "$1" "$2") - DROPS_BEFORE[$2])) -ge "$3" ]; }  # more_drops GATEWAY REASON COUNT

# What gw-a puts on the wire. But for its peer, nothing may. (ARP about the peer is for the peer.)
ANSWERS='not (ip src 172.30.0.1 and ip dst 172.30.0.2) and not (arp and arp[24:4] = 0xac1e0002)'
watch_answers() {
  ip netns exec underlay tcpdump -i to-a -Q in -w "$LAB_DIR/answers.pcap" -s 96 inbound 2>/dev/null &
  WATCHER=$!
  until_true 5 test -s "$LAB_DIR/answers.pcap"
}
answers_end() { kill "$WATCHER"; wait "$WATCHER" 2>/dev/null; }
seen() { tcpdump -nr "$LAB_DIR/answers.pcap" "$@" 2>/dev/null | wc -l; }
# The polls' packets to the peer show that the watch was awake.
only_polls_answered() {
  tcpdump -nr "$LAB_DIR/answers.pcap" "$ANSWERS" 2>/dev/null | head
  [ "$(seen "$ANSWERS")" -eq 0 ] && [ "$(seen 'udp port 4500')" -ge 100 ]
}
