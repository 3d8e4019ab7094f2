#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The flood comes from the peer's own address: first forged (100 000 SYNs, ClientHello pieces, ESP with
# no lane's SPI and with a live one per second), then real connections with garbage from the peer's
# machine. No poll is lost, a rekey that gw-a begins succeeds in the middle of it, each packet has its reason,
# and control spends little on it.
# alone: its flood needs a processor, and its claims are about what is left
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
# shellcheck source=tests/e2e/flood.sh
. "$E2E/flood.sh"
attacker_joins
polling_starts

ip netns exec underlay tcpdump -ni to-a -c 1 -xx 'udp and dst host 172.30.0.1 and dst port 4500' >"$LAB_DIR/esp" 2>/dev/null
live=$(awk '/0x0020:/ {print "0x" $7 $8}' "$LAB_DIR/esp")  # bytes 42-45: the SPI behind Ethernet, IP and UDP
[[ $live =~ ^0x[0-9a-f]{8}$ ]] || fail "no live SPI on the wire: $(cat "$LAB_DIR/esp")"

control_ticks() { awk '{print $14 + $15}' "/proc/$(cat "$LAB_DIR/$1/control.pid")/stat"; }  # user + system, 10 ms each
memory=$(control_kib gw-a)
remember_drops gw-a handshake_refused no_sa auth_failed replay stale_epoch lane_exhausted exception_path
ticks=$(control_ticks gw-a)
flood --from 172.30.0.2 --spi "$live" --kinds syn,hello,spi,live --rate 110000 --seconds 12 >"$LAB_DIR/flood-forged" &
flooder=$!
sleep 2
# gw-a is the initiator: what it has begun has tokens of its own, whoever uses up the peer's.
session=$(session_of gw-a)
check "a rekey is asked for in the middle of the forged flood" bh gw-a rekey gw-b
check "and gives a new session before its end" until_true 9 session_is_after gw-a "$session"
kill -0 $flooder 2>/dev/null || fail "the flood ended before the rekey did"
wait $flooder || fail "the flood"
sleep 0.5
used=$(($(control_ticks gw-a) - ticks))
echo "forged: $(cat "$LAB_DIR/flood-forged"); counted at gw-a: $(told_drops gw-a); control used $((used * 10)) ms"
check "at least 100 000 per second were really sent" [ "$(sent_rate forged)" -ge 100000 ]
check "handshakes above the peer's rate are handshake_refused" until_true 5 more_drops gw-a handshake_refused 300000
check "ESP without a lane is no_sa" until_true 5 more_drops gw-a no_sa 150000
forgeries=$(($(drops gw-a auth_failed) - DROPS_BEFORE[auth_failed] + $(drops gw-a replay) - DROPS_BEFORE[replay] +
  $(drops gw-a stale_epoch) - DROPS_BEFORE[stale_epoch]))
check "garbage on a live SPI is auth_failed, replay or stale_epoch" [ $forgeries -ge 150000 ]
check "the handshakes that reach control are bounded (256 packets, then 250 per second)" \
  [ $(($(drops gw-a exception_path) - DROPS_BEFORE[exception_path])) -le 5000 ]
check "control spent less than a fifth of the time on it" [ $used -le 240 ]

# Real connections: the kernel of the peer's machine completes them, then sends what is no TLS.
cat >"$LAB_DIR/connects.py" <<'PYTHON'
import os, socket, sys, time
begun = failed = 0
until = time.monotonic() + 6
while time.monotonic() < until:
    s = socket.socket()
    s.settimeout(0.5)
    try:
        s.bind((sys.argv[1], 0))
        s.connect((sys.argv[2], 4433))
        begun += 1
        s.send(os.urandom(200))
        s.recv(1)
    except OSError:
        failed += 1
    s.close()
print(f"{begun} connections were made, {failed} attempts got no answer from TLS")
PYTHON
ticks=$(control_ticks gw-a)
check "real connections from the peer's machine" in_host gw-b /usr/bin/python3 "$LAB_DIR/connects.py" 172.30.0.2 172.30.0.1
used=$(($(control_ticks gw-a) - ticks))
echo "real: $(cat "$LAB_DIR/check"); control used $((used * 10)) ms"
check "control spent less than a fifth of the time on them" [ $used -le 120 ]
check "control did not grow (from $memory KiB)" control_below gw-a $((memory + 8192))
session=$(session_of gw-a)
rekeyed() { bh gw-a rekey gw-b; until_true 3 session_is_after gw-a "$session"; }
check "afterwards a rekey succeeds" until_true 20 rekeyed
polling_ends
