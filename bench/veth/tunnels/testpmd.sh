# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Two plain io forwarders in a row, from the same driver and without any work: the practical ceiling of this way.
PROGRAMS=(dpdk-testpmd)

testpmd_port() { echo "--vdev=net_af_packet$1,iface=$2,blocksz=65536,framesz=2048,framecnt=4096"; }
testpmd_start() {  # GATEWAY PROCESSOR
  mkfifo "$LAB_DIR/$1.in"
  # Its directory for the run goes with the lab's folder, whatever way it ends.
  RUNTIME_DIRECTORY=$LAB_DIR ip netns exec "$1" stdbuf -oL dpdk-testpmd --lcores "0@$2,1@$2" --no-pci --no-huge --no-shconf -m 256 \
    --file-prefix="$1" --log-level=4 "$(testpmd_port 0 z0)" "$(testpmd_port 1 m0)" -- -i --forward-mode=io --total-num-mbufs=32768 \
    <"$LAB_DIR/$1.in" >"$LAB_DIR/$1.log" 2>&1 &
  echo $! >"$LAB_DIR/$1.pid"
}
testpmd_say() { echo "$2" >&"${INPUT[$1]}"; }  # GATEWAY COMMAND
testpmd_says() { tail -n 80 "$LAB_DIR/$1.log" | grep -q "$2"; }
declare -A INPUT=()
tunnel_up() {
  local processors
  processors=($(processors))
  testpmd_start gw-a "${processors[0]}"
  testpmd_start gw-b "${processors[-1]}"
  local gateway
  for gateway in gw-a gw-b; do
    exec {INPUT[$gateway]}>"$LAB_DIR/$gateway.in"
    testpmd_say $gateway start
    until_true 20 testpmd_says $gateway 'io packet forwarding' || return 1
  done
}
tunnel_pids() { cat "$LAB_DIR"/gw-?.pid; }
tunnel_down() { kill $(tunnel_pids); wait $(tunnel_pids); } 2>/dev/null
tunnel_mode() { echo poll; }
# GATEWAY PORT WORD: of the port's statistics, told after a mark of our own.
testpmd_counter() { sed -n "/statistics for port $2 /,/####/p" "$LAB_DIR/$1.stats" | grep -o "$3: *[0-9]*" | grep -o '[0-9]*$'; }
testpmd_ask() {
  local before
  before=$(wc -l <"$LAB_DIR/$1.log")
  asked() { tail -n +$((before + 1)) "$LAB_DIR/$1.log" >"$LAB_DIR/$1.stats"; [ "$(grep -c 'Tx-pps' "$LAB_DIR/$1.stats")" -ge 2 ]; }
  testpmd_say "$1" 'show port stats all'
  until_true 5 asked "$1"
}
tunnel_carried() {
  testpmd_ask gw-a && testpmd_ask gw-b || return 1
  carried "$(testpmd_counter gw-a 0 RX-packets)" "$(testpmd_counter gw-b 0 TX-packets)" \
    "$(testpmd_counter gw-b 0 TX-bytes)" "$(testpmd_counter gw-a 0 TX-packets)"
}
tunnel_drops() { echo '{"unexplained": {}, "all": {}}'; }
