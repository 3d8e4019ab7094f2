#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Three grants on one PLC, apart by port, end at the same second while each has a connection with
# a request under way. cut: the answer does not come. drain: it does, and then nothing. read_only: reads go
# on, a write is refused, and no new connection opens. No control is needed for it: it is dead by then.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
cat >"$LAB_DIR/server.py" <<'END'
import socketserver, sys, time
class Slow(socketserver.BaseRequestHandler):  # answers a read of one register after a second
    def handle(self):
        while True:
            request = self.request.recv(260)
            if len(request) < 12: return
            time.sleep(1)
            tail = b"\x03\x02\x03\xf2" if request[7] == 3 else request[7:12]
            self.request.sendall(request[:4] + bytes([0, 1 + len(tail)]) + request[6:7] + tail)
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True
import threading
for port in (1601, 1602, 1603):
    threading.Thread(target=Server(("0.0.0.0", port), Slow).serve_forever).start()
END
cat >"$LAB_DIR/client.py" <<'END'
import socket, sys, time
port, end = int(sys.argv[1]), float(sys.argv[2])
READ, WRITE = bytes([3, 0, 10, 0, 1]), bytes([6, 0, 10, 0, 7])
def ask(s, n, pdu):
    s.sendall(bytes([0, n, 0, 0, 0, 6, 1]) + pdu)
def heard(s, seconds):
    s.settimeout(seconds)
    try:
        data = s.recv(260)
        return "answered" if data else "closed"
    except TimeoutError: return "silence"
    except OSError: return "closed"
s = socket.create_connection(("10.20.0.70", port), 3)
ask(s, 1, READ)
print("before:", heard(s, 3))
time.sleep(max(0, end - 0.5 - time.time()))
ask(s, 2, READ)                      # answered half a second after the end
print("under way:", heard(s, 3))
try: ask(s, 3, READ)
except OSError: pass
print("read after:", heard(s, 2.5))
try: ask(s, 4, WRITE)
except OSError: pass
print("write after:", heard(s, 2.5))
try: socket.create_connection(("10.20.0.70", port), 2); print("new: opens")
except OSError: print("new: refused")
END
ip netns exec plc /usr/bin/python3 "$LAB_DIR/server.py" &
until_true 10 in_host plc sh -c 'ss -ltn | grep -q :1603' || fail "server"
end=$(($(date +%s) + 6))
until=$(date -u -d "@$end" +%Y-%m-%dT%H:%M:%SZ)
{
  cat "$LAB_ROOT/docs/examples/demo.yaml"
  grep -q '^grants:' "$LAB_ROOT/docs/examples/demo.yaml" || echo "grants:"
  port=1601
  for on_end in cut drain read_only; do
    echo "  - { name: chg-$on_end, subject: vendor/alice, on: hmi-3, to: plc-7, until: $until, refuse_with: drop, on_end: $on_end,"
    echo "      modbus: { port: $port, allow: [read, write] } }"
    port=$((port + 1))
  done
} >"$LAB_DIR/grants.yaml"
lab_apply "$LAB_DIR/grants.yaml" >/dev/null || fail "apply"
for port in 1601 1602 1603; do
  ip netns exec hmi /usr/bin/python3 "$LAB_DIR/client.py" $port $end >"$LAB_DIR/$port.log" 2>&1 &
  eval "client_$port=\$!"
done
sleep 2.5
lab_kill gw-a control
lab_kill gw-b control
# shellcheck disable=SC2154
wait "$client_1601" "$client_1602" "$client_1603"
said() { [ "$(grep -c . "$LAB_DIR/$1.log")" = 5 ] && grep -qx "$2" "$LAB_DIR/$1.log" || { cat "$LAB_DIR/$1.log"; return 1; }; }
for port in 1601 1602 1603; do check "$port: answered before the end" said $port "before: answered"; done
check "cut: what was under way is not answered" said 1601 "under way: silence"
check "drain: what was under way is answered" said 1602 "under way: answered"
check "drain: nothing new is" said 1602 "read after: silence"
check "read_only: what was under way is answered" said 1603 "under way: answered"
check "read_only: reads go on" said 1603 "read after: answered"
check "read_only: writes do not" said 1603 "write after: silence"
for port in 1601 1602 1603; do check "$port: no new connection opens" said $port "new: refused"; done
lab_start gw-a control
reasons_rose() { drops_at_least gw-a expired 4; }
check "each refusal is counted as expired" until_true 20 reasons_rose
