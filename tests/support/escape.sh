# shellcheck shell=bash
# For the cases of tests/escape: attempts inside a sandbox, and the same ones outside.
#
# Every case has a `control` in which the same attempt works, as an ordinary process or in
# plain namespaces: the wall stops it, not a spelling mistake.

PROBE=$(realpath "${PATH%%:*}/../tests/probe")
[ -x "$PROBE" ] || fail "no probe: ninja probe"
options=()

# with OPTION...: the options of sandbox-run from here on.
with() {
  options=("$@")
}

# inside COMMAND...: in a fresh sandbox of busybox that has the probe as /probe.
inside() {
  sandbox-run "${options[@]}" --mount "$PROBE:/probe" busybox -- "$@"
}

# refused ERRNO[|ERRNO] ATTEMPT...: inside, the attempt fails, and for this reason.
refused() {
  local wanted=$1 code=0 out
  shift
  out=$(inside /probe "$@" </dev/null) || code=$?
  [ "$code" != 0 ] || fail "a wall is down: probe $*"
  [ "$code" = 10 ] || fail "exit $code instead of an answer: probe $*: $out"
  [[ "|$wanted|" == *"|${out##*$'\n'}|"* ]] || fail "refused with ${out##*$'\n'}, expected $wanted: probe $*"
}

# killed SIGNAL ATTEMPT...: inside, the attempt ends with the death of whoever makes it.
killed() {
  local signal=$1
  shift
  expect_exit $((128 + $(kill -l "$signal"))) inside /probe "$@"
}

# works ATTEMPT...: outside, without walls.
works() {
  "$PROBE" "$@" || fail "it does not work outside either: probe $*"
}

# root_of OPTIONS COMMAND...: as root of a new user namespace, of those that the options of
# unshare(1) name, and behind no other wall.
root_of() {
  local -a spaces
  read -ra spaces <<<"$1"
  shift
  unshare --user --map-root-user "${spaces[@]}" --fork -- "$@"
}

# keep COMMAND...: runs it in the background until let_go closes its stdin; the first thing that
# it says is then in $said.
keep() {
  mkfifo "$TMPDIR/keep"
  "$@" <"$TMPDIR/keep" >"$TMPDIR/said" &
  kept=$!
  exec 5>"$TMPDIR/keep"
  has_spoken() { [ "$(wc -l <"$TMPDIR/said")" -gt 0 ]; }
  eventually 20 has_spoken
  # shellcheck disable=SC2034 # cases read it
  said=$(cat "$TMPDIR/said")
}

let_go() {
  exec 5>&-
  wait "$kept"
  rm "$TMPDIR/keep" "$TMPDIR/said"
}

# make_image NAME TREE: puts a tree into the store as an image, as if it had been built. The
# digests are not those of the content: a store is trusted, an image's content is not.
make_image() {
  local name=$1 tree=$2 hex
  hex=$(printf '%s' "$name" | sha256sum | cut -c1-64)
  sandbox-list --images -q >"$TMPDIR/images" # makes a store that is not there yet
  rm "$TMPDIR/images"
  mkdir -p "$SANDBOX_STORE/layers/$hex"
  mv "$tree" "$SANDBOX_STORE/layers/$hex/tree"
  python3 - "$hex" "$name" >"$SANDBOX_STORE/images/$hex.json" <<'PYTHON'
import json, sys
digest = "sha256:" + sys.argv[1]
print(json.dumps({
    "schema": "sandbox.image/1", "name": sys.argv[2], "version": None, "description": None,
    "digest": digest, "created": "2026-01-01T00:00:00.000Z", "pinned": False, "cached": False,
    "layers": [{"digest": digest, "bytes": 0, "files": 0}],
    "defaults": {"env": {}, "user": "root", "workdir": "/",
                 "resources": {"memory_bytes": None, "disk_bytes": None, "pids": None, "cpus": None,
                               "open_files": None}},
    "timings_ms": {}, "from": None}))
PYTHON
  echo "$hex" >"$SANDBOX_STORE/images/names/$name"
}

# busybox_tree DIR: a copy of the image's tree, to be made hostile.
busybox_tree() {
  mkdir -p "$1/bin"
  cp "$(command -v busybox)" "$1/bin/busybox"
  local name
  for name in sh ls cat true; do ln -s busybox "$1/bin/$name"; done
}
