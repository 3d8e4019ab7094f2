#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An EtherNet/IP client reads two tags and writes one within limits; all else is answered with the status of a privilege
# violation, in requests routed to a slot and on a CIP connection, whose counts go on. The client is st-ethernet-ip; the
# controller is a script of these tests, for none can be installed.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
. "$E2E/protocols.sh"
protocol_ready cip <<'YAML'
allow:
  - read: { units: [1], tags: [Speed, Mode] }
  - write: { units: [1], functions: [write_tag], tags: [Speed], value: "0..1500" }
YAML
plc_runs ready /usr/bin/python3 cip_controller.py
for mode in unconnected connected; do
  hmi_runs "$NODE" cip_client.js 10.20.0.70 $mode
  hmi_heard "$mode: the client connects" 'connect -> done'
  hmi_heard "$mode: a read passes" 'read Speed -> 1[23]00'
  hmi_heard "$mode: a write within its range passes" 'write Speed -> done'
  hmi_heard "$mode: a write of another tag is refused with a privilege violation" 'write Mode -> refused: status 0xf'
  hmi_heard "$mode: reading goes on" 'read Speed again -> 1300'
  hmi_heard "$mode: a value above its range is refused" 'write Speed above its range -> refused: status 0xf'
  hmi_heard "$mode: a new address for the controller is refused" 'set an attribute -> refused: status 0xf'
  hmi_heard "$mode: fifty refused writes and allowed reads in turn" '50 turns -> 50 refused, 50 done'
  hmi_heard "$mode: nothing of the refused was written" 'read Speed at the end -> 1300'
  hmi_heard "$mode: all of it over one TCP connection" 'one connection: [0-9]+'
done
plc_heard "the controller executed what was allowed" 'asked: 4d Speed'
plc_never_heard "no other write reached it" 'asked: (4d Mode|10)'
check_says "nor one above the range" '^2$' grep -c 'asked: 4d Speed' "$LAB_DIR/plc.log"
check_says "one connection of CIP was opened" '^1$' grep -c 'asked: 54' "$LAB_DIR/plc.log"
plc_never_heard "on which every count was right" 'closed: sequence'
refused operation_denied 104
refused value_out_of_range 2
