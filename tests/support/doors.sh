# shellcheck shell=bash
# For cases about doors: a yard (a network namespace with doors and nothing else of a sandbox),
# servers on this host, and names that lead to them. Sourced; what is started is ended at exit.

YARD=$(realpath "${PATH%%:*}/../tests/yard")
DOORMAN=$(realpath "${PATH%%:*}/../libexec/sandbox-tools/sandbox-doorman")
servers=()
trap 'for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; done' EXIT

# background NAME SCRIPT ARGUMENT...: runs a server of tests/support until the end of the case; it
# writes where it can be reached to its first argument, the file NAME; that is then in $where.
background() {
  local name=$1
  shift
  python3 "$CASE_SUPPORT/$1" "$name" "${@:2}" &
  servers+=($!)
  eventually 30 test -s "$name"
  # shellcheck disable=SC2034 # cases read it
  where=$(cat "$name")
}

# names NAME=ADDRESS...: a name server that knows these; its questions are in ./names.asked.
names() {
  background names name_server.py "$@"
  resolver=$where
}

# serve KIND [ARGUMENT...]: a server of tests/support/servers.py; its port is then in $port.
serve() {
  background "$1" servers.py "$@"
  port=$where
}

# certificate NAME: ./cert that this name has signed itself, ./both with its key.
certificate() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 2 -subj "/CN=$1" -addext "subjectAltName=DNS:$1" 2>/dev/null
  cat key cert >both
}

# consent_to BLOCK...: which private addresses doors may lead to. At first loopback, where the
# servers are.
consent_to() {
  consent=()
  local block
  for block in "$@"; do consent+=(--allow-cidr "$block"); done
}
consent_to 127.0.0.1

# yard OPTION... -- COMMAND...: the command in a yard with these doors.
yard() {
  "$YARD" "$DOORMAN" --resolver "$resolver" "${consent[@]}" --log "refusals" "$@"
}

# refused_for REASON [TEXT]: the last refusal in the log, and what it says.
refused_for() {
  local line
  line=$(tail -n 1 "refusals")
  same "$1" "$(json reason <<<"$line")"
  contains "$line" "${2-}"
}

# doors_by_names: from here on, sandboxes of this case resolve by the name server of the case.
doors_by_names() {
  echo "{\"doors\": {\"resolvers\": [\"$resolver\"]}}" >config.json
  export SANDBOX_CONFIG=$PWD/config.json
}
