#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An OPC UA client reads two nodes and writes one; all else is answered with Bad_UserAccessDenied on the same channel.
# What is encrypted cannot be read, and so nothing of it passes.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
. "$E2E/protocols.sh"
protocol_ready opcua <<'YAML'
allow:
  - discover: { functions: [get_endpoints_request] }
  - read: { nodes: ["ns=1;s=Speed", "ns=1;s=Temperature"] }
  - read: { functions: [create_subscription_request, publish_request] }
  - write: { nodes: ["ns=1;s=Speed"], value: "0..1500" }
YAML
plc_runs 'ready at' "$NODE" opcua_server.js 10.20.0.70 "$LAB_DIR/server-pki"
hmi_runs "$NODE" opcua_client.js 10.20.0.70 "$LAB_DIR/client-pki" None
hmi_heard "the client connects" 'connect -> done'
hmi_heard "a session opens" 'session -> done'
hmi_heard "a read passes" 'read Speed -> 1200'
hmi_heard "a write within its range passes" 'write Speed -> Good'
plc_heard "the server executed it" 'asked: write Speed'
plc_never_heard "no other write reached the server" 'write Temperature'
plc_never_heard "no call reached it" 'call'

hmi_heard "a write of another node is refused in a service fault" 'write Temperature -> refused: .*BadUserAccessDenied.*'
hmi_heard "reading goes on, and the value is the one written" 'read Speed again -> 1300'
hmi_heard "of two nodes, one of them not allowed, none is written" 'write Speed and Temperature -> refused: .*BadUserAccessDenied.*'
hmi_heard "a call is refused in a service fault" 'call Start -> refused: .*BadUserAccessDenied.*'
hmi_heard "so is looking around" 'browse -> refused: .*BadUserAccessDenied.*'
hmi_heard "fifty refused writes and allowed reads in turn" '50 turns -> 50 refused, 50 done'
hmi_heard "nothing of the refused was written" 'read at the end -> 1350 21\.5'
hmi_heard "a subscription begun before it all tells every change, and no other" 'heard of Speed: 1200 1300 1350'
hmi_heard "all of it over one connection" 'one connection: [0-9]+'
refused operation_denied 54
check_event "the event names the operation and its technique" 'call_request.*T0855|T0855.*call_request' gw-a

sessions() { grep -c 'asked: session' "$LAB_DIR/plc.log"; }
before=$(sessions)
hmi_runs "$NODE" opcua_client.js 10.20.0.70 "$LAB_DIR/client-pki" SignAndEncrypt
hmi_heard "no session opens where messages are encrypted" 'session -> (refused: .*|no answer)'
check_says "the server never heard of one" "^$before\$" sessions
