#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A BACnet workstation reads some objects and writes one; all else is refused with a BACnet Error, and nobody is found.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
. "$E2E/protocols.sh"
protocol_ready bacnet <<'YAML'
allow:
  - read: { objects: ["2:1-2", "8:4321"] }
  - write: { objects: ["2:2"], value: "0..100" }
YAML
plc_runs 'device 4321' "$NODE" bacnet_device.js 10.20.0.70 10.20.0.255
hmi_runs "$NODE" bacnet_client.js 10.20.0.70 10.20.0.11 10.20.0.255
hmi_heard "a read passes" 'read 2:1 -> 20\.5'
hmi_heard "a read of a text too" 'read name of 8:4321 -> PLC-7'
hmi_heard "a write within its range passes" 'write 2:2 -> done'
plc_heard "the device executed it" 'asked: writeProperty 2:2'
plc_never_heard "no other write reached the device" 'writeProperty 2:[^2]'
plc_never_heard "nor a read of an object that is not allowed, alone or among others" '2:3'
plc_never_heard "nor a restart, nor an order to be silent" 'reinitializeDevice|deviceCommunicationControl'
plc_never_heard "nor a question who is there" 'whoIs'
hmi_heard "reading goes on, and the value is the old one" 'read 2:1 again -> 20\.5'
hmi_heard "several allowed objects are read in one request" 'read 2:1 and 2:2 -> 20\.5 55\.5'
hmi_heard "a Who-Is to all finds nobody" 'who is there -> nobody'
hmi_heard "a Who-Is to the device itself neither" 'who are you -> nobody'
hmi_heard "reading goes on to the end" 'read 2:1 at the end -> 20\.5'

# node-bacnet names class and code of an Error that came; of silence it would say ERR_TIMEOUT.
error() { echo "refused: BacnetError Class: $1 \([0-9]+\) Code: $2 \([0-9]+\)"; }
hmi_heard "a write of another object is refused with an Error" "write 2:1 -> $(error PROPERTY WRITE_ACCESS_DENIED)"
hmi_heard "a read of another object is refused with an Error" "read 2:3 -> $(error PROPERTY READ_ACCESS_DENIED)"
hmi_heard "of several objects, one of them not allowed, all are refused" "read 2:1 and 2:3 -> $(error PROPERTY READ_ACCESS_DENIED)"
hmi_heard "a restart is refused with an Error" "restart -> $(error SERVICES SERVICE_REQUEST_DENIED)"
hmi_heard "an order to be silent too" "silence -> $(error SERVICES SERVICE_REQUEST_DENIED)"
refused operation_denied 6
check_event "the event names the operation and its technique" 'reinitialize_device.*T0816|T0816.*reinitialize_device' gw-a
