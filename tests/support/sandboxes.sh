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
  local found code=0
  found=$(sandbox-list --json "$1" 2>/dev/null) || code=$?
  case $code in
    0) json state <<<"$found" ;;
    1) echo gone ;;
    *) echo "sandbox-list: $code" ;;
  esac
}

is_gone() { [ "$(state "$1")" = gone ]; }

# ended ID: why a sandbox ended, as its record says.
ended() {
  sandbox-list --json --state ended "$1" | json ended
}

# count_lines COMMAND...
count_lines() { "$@" | wc -l; }

# a_process_is WORD...: some process of the host, of whichever namespace, has exactly this
# command line. A part of it would also fit whoever is about to start the process.
a_process_is() {
  local file
  local -a words
  for file in /proc/[0-9]*/cmdline; do
    { mapfile -d '' -t words <"$file"; } 2>/dev/null || continue
    [ "${#words[@]}" != $# ] || [ "${words[*]@Q}" != "${*@Q}" ] || return 0
  done
  return 1
}

# lives OWNER RECORD: the `supervisor` or `agent` that a sandbox's record in a file names, not
# a stranger with its number, and not its zombie.
lives() {
  local stat
  stat=$(cat "/proc/$(json "$1" pid <"$2")/stat" 2>/dev/null) || return 1
  read -ra stat <<<"${stat##*) }"
  # From field 3, the state, it is 19 more to field 22, the start time.
  [ "${stat[0]}" != Z ] && [ "${stat[19]}" = "$(json "$1" start_ticks <"$2")" ]
}

# reap_orphans: the ids of this store's orphans, which are ended. What others on the host have
# left in the cgroups that are shared with them is swept, too, but not told.
reap_orphans() {
  sandbox-reap -q --orphans >"$TMPDIR/reaped" || fail "sandbox-reap: $?"
  sed -n '/^sb-/p' "$TMPDIR/reaped"
  rm "$TMPDIR/reaped"
}
