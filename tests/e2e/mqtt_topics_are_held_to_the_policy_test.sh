#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# MQTT clients of both versions: topics of the policy pass; others are refused in MQTT's own words and the connection goes
# on. Of a publication that is not acknowledged MQTT can say nothing, and the connection ends (3.1.1: 3.3.5).
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
. "$E2E/protocols.sh"
# The acknowledgement of what the broker delivers names no topic: it is part of the session.
protocol_ready mqtt <<'YAML'
allow:
  - read: { topics: ["cell3/speed"] }
  - write: { topics: ["cell3/speed"] }
YAML
cat >"$LAB_DIR/mosquitto.conf" <<'CONF'
listener 1883 10.20.0.70
allow_anonymous true
log_type all
CONF
plc_runs '10.20.0.70:1883' mosquitto -c "$LAB_DIR/mosquitto.conf"

# MQTT.js' words for 0x80, the only one that 3.1.1 has, and for 0x87 of MQTT 5.
declare -A words=([4]='.*Unspecified error' [5]='.*Not authorized')
for version in 4 5; do
  no=${words[$version]}
  hmi_runs "$NODE" mqtt_client.js 10.20.0.70 $version
  hmi_heard "level $version: the client connects" 'connect -> done'
  hmi_heard "level $version: a subscription passes" 'subscribe cell3/speed -> qos 1'
  hmi_heard "level $version: a publication passes" 'publish cell3/speed -> done'
  hmi_heard "level $version: and comes back to its subscriber" 'got cell3/speed 1200'
  hmi_heard "level $version: a subscription to everything is refused in its acknowledgement" "subscribe # -> refused: $no"
  hmi_heard "level $version: one to another topic too" "subscribe cell4/speed -> refused: $no"
  [ $version = 4 ] || hmi_heard "a publication at QoS 1 is refused in its acknowledgement" "publish cell4/speed at QoS 1 -> refused: $no"
  hmi_heard "level $version: publishing goes on" 'publish cell3/speed again -> done'
  hmi_heard "level $version: to its subscriber" 'got cell3/speed 1300'
  hmi_heard "level $version: all of it over one connection" 'one connection: [0-9]+'
  hmi_heard "level $version: a publication without acknowledgement ends it" 'publish cell4/speed at QoS 0 -> closed'
done
plc_heard "the broker had the allowed topic" "Received PUBLISH from hmi-5 .*'cell3/speed'"
plc_never_heard "it never had another" "cell4|'#'"
refused operation_denied 7
