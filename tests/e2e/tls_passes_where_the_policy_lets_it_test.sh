#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A broker that speaks TLS on an inspected MQTT service, and OpenSSL's client: refused as it is, let pass by `opaque: allow`,
# and held to the version and the name of the server that the policy asks for.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
. "$E2E/protocols.sh"
command -v openssl >/dev/null || { echo "FAILED: run scripts/install-deps"; exit 1; }

# policy LINE: the service's `opaque`, or none.
policy() {
  sed '/opaque:/d' "$LAB_DIR/policy.yaml" >"$LAB_DIR/next.yaml"
  [ -z "$1" ] || printf '      %s\n' "$1" >>"$LAB_DIR/next.yaml"
  lab_apply "$LAB_DIR/next.yaml" >/dev/null || fail "apply: $1"
}
# connects ARGUMENT...: OpenSSL's client agrees with the broker on a session, connects by MQTT 3.1.1 and is welcome.
connects() {
  { printf '\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01h'; sleep 2; } |
    in_host hmi timeout 3 openssl s_client -connect 10.20.0.70:8883 -quiet "$@" >"$LAB_DIR/said" 2>"$LAB_DIR/s_client.log" || true
  [ "$(head -c 4 "$LAB_DIR/said" | od -An -tx1)" = " 20 02 00 00" ] || { tail -3 "$LAB_DIR/s_client.log"; return 1; }
}
refuses() { ! connects "$@"; }

protocol_ready mqtt <<'YAML'
port: 8883
allow: []
YAML
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=plc-7.plant.example \
  -keyout "$LAB_DIR/broker.key" -out "$LAB_DIR/broker.crt" 2>/dev/null
chmod 644 "$LAB_DIR/broker.key"
cat >"$LAB_DIR/mosquitto.conf" <<CONF
listener 8883 10.20.0.70
certfile $LAB_DIR/broker.crt
keyfile $LAB_DIR/broker.key
tls_version tlsv1.2
allow_anonymous true
user root
CONF
plc_runs '10.20.0.70:8883' mosquitto -c "$LAB_DIR/mosquitto.conf"

check "without opaque a session is refused" refuses
refused opaque_session 1
policy 'opaque: allow'
check "with opaque: allow TLS 1.3 passes, and MQTT inside of it" connects
check "so does TLS 1.2" connects -tls1_2
policy 'opaque: { tls: { min_version: "1.3" } }'
check "where 1.3 is asked for 1.3 passes" connects
check "and 1.2 is refused" refuses -tls1_2
refused tls_terms 1
policy 'opaque: { tls: { server_name: [plc-7.plant.example] } }'
check "the server that the policy names may be asked for" connects -servername PLC-7.plant.example
check "another one may not" refuses -servername plc-8.plant.example
check "nor may nobody" refuses -noservername
refused tls_terms 3
