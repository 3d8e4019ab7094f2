#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An HMI reads and writes its PLC; what lies outside the relationship is refused with its reason.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
check_says "a read passes" '1010' read_register hmi 10
check_says "a write within range passes" 'Written 1' write_register hmi 110 1500
check_says "the written value is read back through the mesh" '1500' read_register hmi 110
check_says "a write to another register is refused" 'failed' write_register hmi 150 1
check_says "a write above the range is refused" 'failed' write_register hmi 110 1501
check_says "the refused values never reached the PLC" '1500' read_register hmi 110
check "the reason is operation_denied" until_true 5 drops_at_least gw-a operation_denied 1
check "the reason is value_out_of_range" until_true 5 drops_at_least gw-a value_out_of_range 1
check_event "the event carries identities and technique" 'hmi-3.*plc-7|plc-7.*hmi-3' gw-a
check "echo passes where the relationship says so" in_host hmi ping -c 2 -W 2 10.20.0.70
