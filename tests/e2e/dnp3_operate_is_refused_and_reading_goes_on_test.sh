#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A DNP3 master beyond its rights gets a response with the indications that an outstation would set, and its polling goes
# on. Both ends are scripts of these tests, for no other can be installed.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
. "$E2E/protocols.sh"
protocol_ready dnp3 <<'YAML'
allow:
  - read: { units: [10], analog_inputs: ["0-7"] }
  - control: { units: [10], functions: [direct_operate], binary_outputs: ["0-3"] }
YAML
plc_runs ready /usr/bin/python3 dnp3_outstation.py
hmi_runs /usr/bin/python3 dnp3_master.py 10.20.0.70
values='100\.0 101\.0 102\.0 103\.0'
hmi_heard "a read passes" "read 0-3 -> $values"
hmi_heard "an output is operated" 'operate 1 -> done'
plc_heard "the outstation did it" 'asked: operate 1'
plc_never_heard "it was never asked to operate another" 'operate 5'
plc_never_heard "nor to restart" 'function 13'
plc_never_heard "nor to tell other inputs" 'read 8'

# IEEE 1815 4.2.3.2: IIN2.0 function not supported, IIN2.1 object unknown, IIN2.2 parameter error; or a status of its own.
hmi_heard "operating another output is refused in a response" 'operate 5 -> refused: (IIN2 0[1-7]|status [1-9][0-9]*)'
hmi_heard "reading goes on" "read 0-3 again -> $values"
hmi_heard "of two outputs, one of them not allowed, neither is operated" 'operate 1 and 5 -> refused: (IIN2 0[1-7]|status [1-9][0-9]*)'
hmi_heard "a restart is refused as a function it does not have" 'restart -> refused: IIN2 01'
hmi_heard "a read of other inputs is refused" 'read 8-9 -> refused: IIN2 0[1-7]'
hmi_heard "operating goes on" 'operate 1 again -> done'
hmi_heard "reading goes on to the end" "read 0-3 at the end -> $values"
check_says "the outstation was asked five times" '^5$' grep -c asked: "$LAB_DIR/plc.log"
plc_never_heard "and found nothing wrong with it" 'closed: (a|more)'
refused operation_denied 4
