# shellcheck shell=bash
# Sourced by cases about the audit log.

log=$SANDBOX_STORE/log
current=$log/current.jsonl

# write_entries COUNT: real entries, quickly: each build of what is built already is one.
write_entries() {
  local i
  for ((i = 0; i < $1; i++)); do sandbox-build -q busybox >/dev/null; done
}

# change PYTHON: changes the lines of the current file: a list, each without its newline.
change() {
  python3 - "$current" "$1" <<'PYTHON'
import sys
path, code = sys.argv[1:]
lines = open(path, encoding="utf-8").read().split("\n")[:-1]
exec(code)
open(path, "w", encoding="utf-8").write("".join(line + "\n" for line in lines))
PYTHON
}

# finds WHAT NUMBER: --verify exits 1 and names this as the first fault.
finds() {
  local code=0 found
  found=$(sandbox-log --verify --json) || code=$?
  [ "$code" = 1 ] || fail "exit $code, expected 1: $found"
  same "$1 $2" "$(json fault what <<<"$found") $(json fault number <<<"$found")"
}

# intact [OPTION...]: --verify has nothing to complain of.
intact() {
  sandbox-log --verify --json "$@" >verified || fail "not intact: $(cat verified)"
  same true "$(json intact <verified)"
}
