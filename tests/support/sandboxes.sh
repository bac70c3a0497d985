# shellcheck shell=bash
# For cases about limits and lives: the probe, verdicts, and states of sandboxes.

PROBE=$(realpath "${PATH%%:*}/../tests/probe")
[ -x "$PROBE" ] || fail "no probe: ninja probe"

# outcome OPTION... -- COMMAND...: the outcome record of one command in a sandbox of its own
# that has the probe as /probe. sandbox-run exits 1 when the command did not succeed.
outcome() {
  local -a options=()
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  sandbox-run --json --mount "$PROBE:/probe" "${options[@]}" busybox -- "$@" || [ $? = 1 ] || fail "sandbox-run: $?"
}

# verdict STATUS REASON: of the outcome record on stdin, which is left in the file outcome.
verdict() {
  cat >outcome
  same "$1 $2" "$(json verdict status <outcome) $(json verdict reason <outcome)"
}

# state ID: of a sandbox; "gone" when it is not listed.
state() {
  local found
  found=$(sandbox-list --json "$1" 2>/dev/null) || { echo gone; return; }
  json state <<<"$found"
}

is_gone() { [ "$(state "$1")" = gone ]; }

# ended ID: why a sandbox ended, as its record says.
ended() {
  sandbox-list --json --state ended "$1" | json ended
}

# count_lines COMMAND...
count_lines() { "$@" | wc -l; }

# a_process_has TEXT: some process of the host has it in its command line.
a_process_has() {
  local file
  for file in /proc/[0-9]*/cmdline; do
    if { tr '\0' ' ' <"$file"; } 2>/dev/null | grep -qF -- "$1"; then return 0; fi
  done
  return 1
}
