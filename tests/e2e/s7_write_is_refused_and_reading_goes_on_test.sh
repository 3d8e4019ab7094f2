#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An S7 client beyond its rights hears so from the PLC's own mouth, as it seems, and its connection goes on.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
. "$E2E/protocols.sh"
protocol_ready s7comm <<'YAML'
allow:
  - read: { dbs: ["1", "2"] }
  - write: { dbs: ["2:0-3"] }
YAML
plc_runs 'Server started' "$NODE" s7_server.js
hmi_runs "$NODE" s7_client.js 10.20.0.70
hmi_heard "the client connects" 'connect -> done'
hmi_heard "a read passes" 'read DB1.10 -> 0a0b'
hmi_heard "a write within its range passes" 'write DB2.0 -> done'
plc_heard "the PLC executed it" 'Write request, Area : DB2, Start : 0, Size : 2 --> OK'
plc_never_heard "no other write reached the PLC" 'Write request, Area : (DB1|DB2, Start : 2)'
plc_never_heard "no stop reached it" 'STOP'
plc_never_heard "no upload reached it" 'upload'
plc_never_heard "no deletion reached it" 'Delete'

# What Snap7 says of an item's return code 3, "accessing the object not allowed"; then of an error class and code. Of a
# connection that failed it says "ISO :" or "TCP :".
item='CLI : function refused by CPU \(Unknown error\)'
hmi_heard "a write elsewhere is refused by the return code of its item" "write DB1.10 -> refused: $item"
hmi_heard "reading goes on, and the value is the old one" 'read DB1.10 again -> 0a0b'
hmi_heard "a write of two items, one of them allowed, is refused as a whole, each item by itself" "write DB2.2 and DB1.12 -> $item, $item"
hmi_heard "a stop is refused in an S7 answer" 'stop the PLC -> refused: CPU : Cannot stop PLC'
hmi_heard "an upload too" 'upload DB 1 -> refused: CPU : Function not authorized for current protection level'
hmi_heard "and a deletion" 'delete DB 2 -> refused: CPU : Function not authorized for current protection level'
hmi_heard "nothing of the refused was written" 'read DB1.12 at the end -> 0c0d'
hmi_heard "not even where it may write" 'read DB2.0 at the end -> cafe0000'
hmi_heard "all of it over one connection" 'one connection: [0-9]+'
refused operation_denied 5
check_event "the event names the point and the value of a refused write" 'write_var db 1:10\S* = [0-9]+, unit' gw-a
check_event "of two items, one of them allowed, the event names the other" 'write_var db 1:12\S* = [0-9]+, unit' gw-a
check_event "the event names the operation and its technique" 'plc_stop.*T0858|T0858.*plc_stop' gw-a
