#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Packets of 1500 bytes through a tunnel that carries less: with DF their sender hears what fits and
# remembers it, without DF they arrive whole, and a bulk TCP transfer arrives byte for byte.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
sed 's/    icmp: { echo: true }/&\n    tcp: { ports: [9000] }/' "$LAB_ROOT/docs/examples/demo.yaml" >"$LAB_DIR/bulk.yaml"
check "a policy with a port for bulk transfers" lab_apply "$LAB_DIR/bulk.yaml"

# The kernel adds "mtu N" to the route once it has heard; expires after ten minutes.
cached_mtu() { in_host "$1" ip route get "$2" | grep -oE 'mtu [0-9]+' | cut -d' ' -f2; }
# From the destination's address: the gateway has none on this segment.
# The first try makes the flow's neighbours known.
in_host hmi ping -c 1 -W 2 10.20.0.70 >/dev/null
check_says "1500 bytes with DF: the sender hears that they do not fit" 'From 10.20.0.70.*[Ff]rag needed.*mtu = [0-9]+' \
  in_host hmi ping -M "do" -c 2 -W 1 -s 1472 10.20.0.70
said=$(grep -oE 'mtu = [0-9]+' "$LAB_DIR/check" | head -1 | grep -oE '[0-9]+')
check "and what does fit ($said bytes of 1500)" test "${said:-0}" -ge 1200 -a "${said:-9999}" -lt 1500
check "the kernel remembers it for that destination" test "$(cached_mtu hmi 10.20.0.70)" = "$said"
check "a packet of just that size passes with DF" in_host hmi ping -M "do" -c 2 -W 2 -s $((said - 28)) 10.20.0.70
check "the reason counted is mtu" until_true 5 drops_at_least gw-a mtu 1

in_host hmi ip route flush cache
before=$(drops gw-b ip_fragment)
check_says "1500 bytes without DF: every one is answered whole" '5 received' \
  in_host hmi ping -M dont -c 5 -i 0.2 -W 2 -s 1472 10.20.0.70
check "none of ours was refused at the other gateway" test "$(drops gw-b ip_fragment)" = "$before"

head -c 4000000 /dev/urandom >"$LAB_DIR/sent"
in_host plc timeout 30 /usr/bin/python3 -c 'import socket, sys
s = socket.create_server(("10.20.0.70", 9000)); c, _ = s.accept()
while (d := c.recv(65536)): sys.stdout.buffer.write(d)' >"$LAB_DIR/received" &
receiver=$!
check "the receiver listens" until_true 5 in_host plc sh -c 'ss -ltn | grep -q :9000'
check "4 MB over TCP are sent" in_host hmi timeout 25 /usr/bin/python3 -c 'import socket, sys
s = socket.create_connection(("10.20.0.70", 9000), 5); s.sendall(open(sys.argv[1], "rb").read()); s.shutdown(socket.SHUT_WR); s.recv(1)' "$LAB_DIR/sent"
wait $receiver
check "and arrive byte for byte" cmp "$LAB_DIR/sent" "$LAB_DIR/received"
