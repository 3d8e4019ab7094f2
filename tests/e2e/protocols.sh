# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the tests of one protocol each share: a policy that opens only that protocol, a real server at the PLC's
# place, a real client at the HMI's, and checks of what each of the two said. Sourced after common.sh.
#   protocol_ready s7comm <<<'allow: [read]'
#   plc_runs 'Server started' "$NODE" s7_server.js; hmi_runs "$NODE" s7_client.js 10.20.0.70
#   hmi_heard "a read passes" 'read DB1.10 -> 0a0b'
ENDPOINTS=$E2E/endpoints
NODE_PATH=$("$E2E/../../scripts/install-endpoints" --where) && [ -d "$NODE_PATH" ] || { echo "FAILED: run scripts/install-deps"; exit 1; }
# shellcheck disable=SC2034
NODE=/usr/bin/node
export NODE_PATH

# protocol_ready PROTOCOL: both gateways up; the HMI may do with the PLC what the protocol's rules on stdin say, and what
# they do not say is refused in the protocol's own words.
protocol_ready() {
  {
    sed '/^relationships:/,$d' "$LAB_ROOT/docs/examples/demo.yaml"
    printf 'relationships:\n  - name: hmi-operates-plc\n    from: { role: hmi, cell: "3" }\n'
    printf '    to: { role: plc, cell: "3" }\n    refuse_with: exception\n    %s:\n' "$1"
    sed 's/^/      /'
  } >"$LAB_DIR/policy.yaml"
  lab_topology && lab_init >"$LAB_DIR/init.log" || { cat "$LAB_DIR/init.log"; fail "lab topology"; }
  lab_gateways || fail "gateways"
  lab_apply "$LAB_DIR/policy.yaml" || fail "apply"
}
# plc_runs SIGN PROGRAM...: a server in the plc's namespace, up once it (or ss) says SIGN.
plc_runs() {
  local sign=$1
  shift
  (cd "$ENDPOINTS" && exec ip netns exec plc "$@") >"$LAB_DIR/plc.log" 2>&1 &
  until_true 30 plc_says "$sign" || { cat "$LAB_DIR/plc.log" >&2; fail "the server did not start: $*"; }
}
plc_says() { grep -qE -e "$1" "$LAB_DIR/plc.log" || in_host plc ss -ltn | grep -qE -e "$1"; }
# hmi_runs PROGRAM...: a client in the hmi's namespace, to its end, whatever that is; what it says is in $LAB_DIR/hmi.log.
hmi_runs() {
  { (cd "$ENDPOINTS" && exec ip netns exec hmi timeout 35 "$@") >"$LAB_DIR/hmi.log" 2>&1; } 2>/dev/null
  sed 's/^/  /' "$LAB_DIR/hmi.log"
}
# hmi_heard SENTENCE LINE; plc_heard, plc_never_heard SENTENCE PART: extended regular expressions for a line, or part of one.
hmi_heard() { check_says "$1" "^$2\$" cat "$LAB_DIR/hmi.log"; }
plc_heard() { check_says "$1" "$2" cat "$LAB_DIR/plc.log"; }
plc_never_heard() {
  grep -E -e "$2" "$LAB_DIR/plc.log" >"$LAB_DIR/check" && { cat "$LAB_DIR/check" >&2; fail "$1 ('$2' in the server's log)"; }
  echo "ok: $1"
}
# refused REASON COUNT: at least so many operations were refused at the first gateway, for that reason.
refused() { check "refused as $1, $2 times" until_true 5 drops_at_least gw-a "$1" "$2"; }
