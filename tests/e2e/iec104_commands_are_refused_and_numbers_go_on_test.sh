#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# IEC 104 numbers every frame in both directions. A refused command is answered with a negative confirmation that the
# outstation never sent, and neither end, strict as they are here, sees a number missing or one too many.
# Both ends are scripts of these tests, for no other can be installed.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
. "$E2E/protocols.sh"
protocol_ready iec104 <<'YAML'
allow:
  - discover
  - read: { units: [1], ioas: ["201"] }
  - control: { units: [1], ioas: ["301"], functions: [c_sc_na_1] }
YAML
plc_runs ready /usr/bin/python3 iec104_outstation.py
hmi_runs /usr/bin/python3 iec104_client.py 10.20.0.70
hmi_heard "the transfer starts" 'start -> done'
hmi_heard "a read passes" 'read 201 -> 21\.5'
hmi_heard "an interrogation passes" 'interrogate -> 301=0 302=0 201=21\.5'
hmi_heard "a command passes" 'command 301 -> done'
plc_heard "the outstation executed it" 'asked: command 301'
plc_never_heard "no other command reached it" 'asked: (command 302|set point|clock)'
plc_never_heard "nor a read of another object" 'asked: read 202'

hmi_heard "a command to another output is refused with a negative confirmation" 'command 302 -> refused: negative, cause (7|4[4-7]), of type 45, object 302'
hmi_heard "reading goes on" 'read 201 again -> 21\.5'
hmi_heard "a set point is refused" 'set point 401 -> refused: negative, cause (7|4[4-7]), of type 50, object 401'
hmi_heard "setting the clock is refused" 'clock -> refused: negative, cause (7|4[4-7]), of type 103, object 0'
hmi_heard "a hundred refused and allowed commands in turn" '100 turns of 302 and 301 -> 100 refused, 100 done'
check_says "each allowed one executed" '^101$' grep -c 'asked: command 301' "$LAB_DIR/plc.log"
hmi_heard "a read of another object is refused" 'read 202 -> refused: negative, cause (7|4[4-7]), of type 102, object 202'
hmi_heard "the other output never moved" 'interrogate at the end -> 301=1 302=0 201=21\.5'
hmi_heard "reading goes on to the end" 'read 201 at the end -> 21\.5'
hmi_heard "every frame of the client is acknowledged, the refused ones too" 'sent 210, received [0-9]+, acknowledged 210, from port [0-9]+'
plc_never_heard "the outstation saw no number that does not follow" 'closed: N\('
refused operation_denied 104
