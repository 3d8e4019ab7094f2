# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the tests share that change the policy of gw-a: two policies, "narrow" (the demo's) and "wide", that
# differ in one register. gw-b has the wide one, so that gw-a's alone decides. After the demo's was applied.
sed 's/"100-119"/"100-129"/' "$LAB_ROOT/docs/examples/demo.yaml" >"$LAB_DIR/wide.yaml"
cp "$LAB_ROOT/docs/examples/demo.yaml" "$LAB_DIR/narrow.yaml"
bh gw-b apply "$LAB_DIR/wide.yaml" || fail "apply"
other_than() { if [ "$1" = wide ]; then echo narrow; else echo wide; fi; }
is_stored() { bh gw-a get 2>/dev/null | cmp -s - "$LAB_DIR/$1.yaml"; }
stored() { for name in wide narrow; do is_stored $name && echo $name && return 0; done; return 1; }
# 125 is only in the wide one.
enforces() { if [ "$1" = wide ]; then write_register hmi 125 7; else ! write_register hmi 125 7; fi; }
