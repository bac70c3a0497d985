# shellcheck shell=bash
# Sourced before every case's cmd and control. The case runs with `set -euo pipefail`, in a
# fresh empty directory, with a store of its own ($SANDBOX_STORE) that has the image busybox.

# fail TEXT: ends the case.
fail() {
  printf 'case: %s\n' "$*" >&2
  exit 99
}

# expect_exit CODE COMMAND...: the command's streams pass through; its exit code must be CODE.
expect_exit() {
  local wanted=$1 code=0
  shift
  "$@" || code=$?
  [ "$code" = "$wanted" ] || fail "exit $code, expected $wanted: $*"
}

# fails_with CODE TEXT COMMAND...: exit CODE, nothing on stdout, and on stderr one line
# ("tool: problem 'subject': cause") that holds TEXT, with at most one hint below it.
fails_with() {
  local wanted=$1 text=$2 code=0 out err
  shift 2
  out=$("$@" 2>"$TMPDIR/.stderr") || code=$?
  err=$(cat "$TMPDIR/.stderr")
  rm -f "$TMPDIR/.stderr"
  [ "$code" = "$wanted" ] || fail "exit $code, expected $wanted: $*: $err"
  [ -z "$out" ] || fail "failed, yet wrote to stdout: $*: $out"
  [[ $err == *"$text"* ]] || fail "stderr lacks '$text': $*: $err"
  [ "$(grep -cv ': hint: ' <<<"$err")" = 1 ] || fail "more than one line on stderr: $*: $err"
  [ "$(wc -l <<<"$err")" -le 2 ] || fail "more than one hint on stderr: $*: $err"
}

# same WANTED GOT: ends the case when they differ.
same() {
  [ "$1" = "$2" ] || fail "expected '$1', got '$2'"
}

# contains TEXT PART
contains() {
  [[ $1 == *"$2"* ]] || fail "'$2' is not in: $1"
}

# eventually SECONDS COMMAND...: until the command succeeds, looking every 20 ms. The seconds
# are those of an idle machine; a loaded one is given more.
eventually() {
  local deadline=$((SECONDS + $1 * CASE_PATIENCE + 1))
  shift
  until "$@"; do
    [ $SECONDS -lt $deadline ] || fail "not in time: $*"
    sleep 0.02
  done
}

# sooner_or_later COMMAND...: for what must happen while a time runs that is itself under test,
# such as a --timeout. Runs the command with $time set to a short time and, as that may be over
# before a loaded machine is ready, with longer ones until it succeeds.
sooner_or_later() {
  for time in 300ms 3s 30s; do
    if "$@"; then return 0; fi
  done
  fail "not even within $time: $*"
}

# has_line FILE TEXT: the file has this whole line, so whoever writes it has come so far.
has_line() {
  [ -e "$1" ] && grep -qxF -- "$2" "$1"
}

# json FIELD...: the field of the first record on stdin by path ("verdict reason", "walls 0 name");
# text as it is, everything else as JSON. Reads everything: whoever writes must not find a
# closed pipe.
json() {
  python3 -IS -c '
import json, sys
value = json.loads(sys.stdin.read().splitlines()[0])
for key in sys.argv[1:]:
    value = value[int(key)] if isinstance(value, list) else value[key]
print(value if isinstance(value, str) else json.dumps(value))' "$@"
}

# wall NAME: the state of a wall (up, absent) in the sandbox record on stdin.
wall() {
  python3 -IS -c '
import json, sys
record = json.loads(sys.stdin.read().splitlines()[0])
while record["schema"] != "sandbox.sandbox/1": record = record["from"]
print(next(w["state"] for w in record["walls"] if w["name"] == sys.argv[1]))' "$1"
}

# launch_busybox [OPTION...]: a sandbox of the image busybox; its id on stdout. The case must
# reap it: what it leaves fails it.
launch_busybox() {
  sandbox-launch busybox -q "$@"
}

# empty_store: from here on, a store without any image.
empty_store() {
  export SANDBOX_STORE=${SANDBOX_STORE%/*}/empty
}

# in_terminal COMMAND...: runs it with a terminal of 80x24 as stdin, stdout and stderr; what
# it wrote on stdout, its exit code.
in_terminal() {
  python3 "$CASE_SUPPORT/terminal.py" "$@"
}
