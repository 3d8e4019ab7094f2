#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A Modbus client beyond its rights gets the exception that a device would answer with, and its session goes on.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
. "$E2E/protocols.sh"
protocol_ready modbus <<'YAML'
allow:
  - read: { units: [1], holding: ["0-199"], coils: ["0-63"] }
  - write: { units: [1], holding: ["100-119"], value: "0..1500" }
YAML
lab_plc libmodbus || fail "plc"
hmi_runs /usr/bin/python3 modbus_client.py 10.20.0.70
hmi_heard "a read passes" 'read 10 -> 1010 1011'
hmi_heard "a write within its range passes" 'write 110 -> done'

hmi_heard "a write elsewhere is answered with exception 2: illegal data address" 'write 150 -> refused: exception 2 of function 6'
hmi_heard "reading goes on" 'read 10 again -> 1010 1011'
hmi_heard "so is a value above its range, with one of the device's codes" 'write 110 above its range -> refused: exception [123] of function 6'
hmi_heard "of two registers, one of them not allowed, none is written" 'write 119 and 120 -> refused: exception 2 of function 16'
hmi_heard "a coil" 'write coil 1 -> refused: exception 2 of function 5'
hmi_heard "another unit" 'read 10 of unit 2 -> refused: exception [12] of function 3'
hmi_heard "a function without points is answered with exception 1: illegal function" 'identify -> refused: exception 1 of function 43'
hmi_heard "nothing of the refused was written" 'read 119 and 120 at the end -> 1119 1120'
hmi_heard "nor above the range" 'read 110 at the end -> 1500'
hmi_heard "nor elsewhere" 'read 150 at the end -> 1150'
hmi_heard "all of it over one connection" 'one connection: [0-9]+'
refused operation_denied 5
refused value_out_of_range 1
check_event "the event names the point, the value and the limit" 'holding 110 = [0-9]+, unit 1 .*value_out_of_range \(value 0\.\.1500\)' gw-a
check_event "of two registers the event names the one that may not be written" 'write_multiple_registers holding 120 = [0-9]+, unit 1 .*operation_denied' gw-a

# By hand, in segments of our own making: what lies around a refused write is answered, whatever the segments.
raw() { hmi_runs /usr/bin/python3 modbus_raw.py 10.20.0.70 "$@"; }
read_10=0001000000060103000a0001 write_150=000200000006010600960001 read_11=0003000000060103000b0001
answers() {
  hmi_heard "$1: the read before it is answered" '.*00010000000501030203f2.*'
  hmi_heard "$1: so is the write, with exception 2" '.*000200000003018602.*'
  hmi_heard "$1: so is the read behind it" '.*00030000000501030203f3.*'
}
raw "$read_10$write_150$read_11"
answers "all in one segment"
all=$read_10$write_150$read_11
raw "${all:0:30}" "${all:30:10}" "${all:40}"
answers "cut amid the write"
# shellcheck disable=SC2046
raw $(fold -w 2 <<<"$all")
answers "byte by byte"
check_says "register 150 never changed" '1150' read_register hmi 150
