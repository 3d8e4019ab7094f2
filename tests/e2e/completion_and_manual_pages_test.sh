#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bash completes commands, sub-commands, options and files of bulkhead; the manual pages name every command and
# every key, and are troff without a warning.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
cd "$LAB_DIR" || exit 1

"$LAB_BIN/bulkhead" completion bash >"$LAB_DIR/completion" || fail "no completion"
check "the script is bash" bash -n "$LAB_DIR/completion"
# completes WORD...: what is offered for the last word, a line each.
completes() {
  bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bulkhead; printf "%s\n" "${COMPREPLY[@]}"' _ "$LAB_DIR/completion" bulkhead "$@"
}
check_says "commands" '^doctor$' completes doc
check_says "sub-commands" '^roll-root$' completes pki ""
check_says "sub-commands after a global option with its value" '^roll-root$' completes --socket events pki ro
check_says "options of a command" '^--expect-generation$' completes apply --e
check_says "options after an argument" '^--confirm$' completes apply policy.yaml --conf
check_says "global options after a command" '^--json$' completes events --js
check_says "options of a sub-command of a sub-command" '^--role$' completes init --ro
nothing_for() { [ -z "$(completes "$@")" ]; }
check "no command where an option wants its value" nothing_for apply --comment ""
check "no other command's options" nothing_for events --expect
check "a flag has no value: a sub-command follows" test "$(completes --json doc)" = doctor

"$LAB_ROOT/scripts/manpages" "$LAB_BIN" "$LAB_DIR/man" || fail "no manual pages"
for page in "$LAB_DIR"/man/*; do
  LC_ALL=C.UTF-8 man --warnings=w -E UTF-8 -l "$page" >"$page.txt" 2>"$page.err"
  check "$(basename "$page") is troff without a warning" test ! -s "$page.err"
done
every_command_has_a_section() {
  local command count=0
  # Of the completion's table: a command's path, each.
  while read -r command; do
    grep -qE "^ +bulkhead $command\$" "$LAB_DIR/man/bulkhead.1.txt" || { echo "no section: $command"; return 1; }
    count=$((count + 1))
  done < <(sed -nE "s/^    ' ([^']+)'\).*/\1/p" "$LAB_DIR/completion")
  echo "$count commands"
  [ $count -ge 60 ]
}
check "every command and sub-command has its section in bulkhead(1)" every_command_has_a_section
every_key_is_there() {  # every_key_is_there PAGE SOURCE...
  local key page=$1
  shift
  for key in $(grep -v 'within(' "$@" -h | grep -oE '(, |\()"[a-z_]+"' | grep -oE '"[a-z_]+"' | tr -d '"' | sort -u); do
    grep -q "$key" "$LAB_DIR/man/$page.txt" || { echo "not in $page: $key"; return 1; }
  done
}
check "every key of dataplane.yaml is in its page" every_key_is_there dataplane.yaml.5 "$LAB_ROOT/dataplane/config.cpp"
check "every key of control.yaml is in its page" every_key_is_there control.yaml.5 "$LAB_ROOT"/control/config/*_config.cpp
