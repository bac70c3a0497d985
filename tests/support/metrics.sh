# shellcheck shell=bash
# Sourced by cases about metrics.

# count: ./metrics, made anew.
count() { sandbox-metrics "$@" >metrics; }

# value SAMPLE: as ./metrics has it.
value() {
  local line
  line=$(grep -F -- "$1 " metrics | grep -v '^#') || fail "no sample $1"
  same "$1" "${line% *}"
  echo "${line##* }"
}

# shows SAMPLE VALUE...: ./metrics has these.
shows() {
  while [ $# -gt 0 ]; do
    [ "$(value "$1")" = "$2" ] || fail "$1 is $(value "$1"), not $2"
    shift 2
  done
}

# families: the names of those in ./metrics, each once.
families() { sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' metrics | sort; }

# named_in FILE...: all that these name.
named_in() { grep -oh '\bsandbox_[a-z_]*' "$@" | sed -E 's/_(bucket|sum|count)$//' | sort -u; }
