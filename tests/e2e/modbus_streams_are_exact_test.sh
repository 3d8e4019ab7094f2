#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One request in many segments, two in one, and lengths that lie, against a real server.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready libmodbus
raw() { in_host hmi /usr/bin/python3 "$E2E/endpoints/modbus_raw.py" 10.20.0.70 "$@"; }
read10=000100000006010300 # then 0a0001: read holding 10, one register; the answer is 1010 = 03f2
check_says "a read in one segment" '^00010000000501030203f2$' raw ${read10}0a0001
check_says "the same read byte by byte" '^00010000000501030203f2$' raw 00 01 00 00 00 06 01 03 00 0a 00 01
check_says "two reads in one segment get two answers" '03f2.*03f3' raw ${read10}0a0001000200000006010300"0b0001"
check_says "a refused write behind an allowed read takes the whole segment with it" '^(reset|closed|silence)$' raw ${read10}0a0001000200000006010600960001
check_says "a refused write cut into bytes is refused" '^(reset|closed|silence)$' raw 00 02 00 00 00 06 01 06 00 96 00 01
check_says "MBAP length zero" '^(reset|closed|silence)$' raw 000100000000
check_says "MBAP length shorter than the function needs" '^(reset|closed|silence)$' raw 0001000000050103000a0001
check_says "MBAP length longer than the function needs" '^(reset|closed|silence)$' raw 0001000000070103000a000100
check_says "a protocol id that is not Modbus" '^(reset|closed|silence)$' raw 0001000100060103000a0001
check "the reason is protocol_violation" until_true 5 drops_at_least gw-a protocol_violation 4
check_says "register 150 never changed" '1150' read_register hmi 150
