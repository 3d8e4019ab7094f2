# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the tests share that kill a process at every step of its work: strace attaches to it and ends it
# (SIGKILL) instead of the Nth time that a thread of it makes a system call of some kind. Every step:
# KILL_ALL=1; else those of KILL_STEPS.
command -v strace >/dev/null || { echo "strace is not installed"; exit 77; }
KILL_STEPS=${KILL_STEPS:-"1 2 4 8 16 32 64 128"}  # a test that has fewer sets them before
[ -z "${KILL_ALL:-}" ] || KILL_STEPS=$(seq 1 400)

pid_of() { cat "$LAB_DIR/$1/$2.pid"; }
# Every thread of the process has a tracer.
traced() { ! grep -LE '^TracerPid:\s*[1-9]' /proc/"$1"/task/*/status | grep -q .; }

# kill_at GATEWAY PART SYSCALL N COMMAND...: COMMAND's own exit status in KILLED_STATUS; 0 when the
# process was killed, 1 when it outlived the command: there is no Nth such call in it.
kill_at() {
  local gateway=$1 part=$2 call=$3 nth=$4 pid tracer
  shift 4
  pid=$(pid_of "$gateway" "$part")
  strace -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$nth" -p "$pid" 2>"$LAB_DIR/strace" &
  tracer=$!
  until_true 10 traced "$pid" || [ ! -e "/proc/$pid" ] || fail "strace does not attach: $(cat "$LAB_DIR/strace")"
  "$@" >"$LAB_DIR/killed.log" 2>&1
  # shellcheck disable=SC2034
  KILLED_STATUS=$?
  if [ -e "/proc/$pid" ] && ! until_true 2 gone "$pid"; then
    kill -INT "$tracer"; wait "$tracer" 2>/dev/null
    gone "$pid" || return 1
  fi
  wait "$tracer" 2>/dev/null
  wait "$pid" 2>/dev/null
  return 0
}
# each_step SYSCALLS FUNCTION: FUNCTION SYSCALL N for each step, of each kind until it says that there is none.
each_step() {
  local call nth
  for call in $1; do
    for nth in $KILL_STEPS; do "$2" "$call" "$nth" || break; done
  done
}
# No longer there, or waiting for its parent to look.
gone() { ! grep -qE '^State:\s*[^ZX]' "/proc/$1/status" 2>/dev/null; }
