# shellcheck shell=bash
# For cases about forges: a fake one that checks what it is sent (forges.py), and the environments
# of CI jobs. Sourced; what is started is ended at exit.

servers=()
trap 'for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; done' EXIT

# No variable of a CI job that runs this case, and no proxy, reaches a tool of the case.
while read -r name; do unset "$name"; done < <(compgen -e | grep -E '^(CI|GITLAB|GITHUB|GITEA|FORGEJO|MATRIX|SANDBOX_COMMENT)(_|$)|_(proxy|PROXY)$|^SSL_CERT' || true)
token=token-of-the-case commit=0123456789abcdef0123456789abcdef01234567

# fake NAME KIND [SETTING...]: a forge; its port is then in $port.
fake() {
  local name=$1
  shift
  python3 "$CASE_SUPPORT/forges.py" "$name" "$@" &
  servers+=($!)
  eventually 30 test -s "$name"
  port=$(cat "$name")
}

# fair NAME: nothing that the fake was sent was wrong.
fair() {
  [ ! -e "$1.complaints" ] || fail "the forge complains: $(cat "$1.complaints")"
}

# on_gitlab COMMAND...: in a job of a merge request from a fork.
on_gitlab() {
  env GITLAB_CI=true CI_API_V4_URL="http://127.0.0.1:$port/api/v4" CI_PROJECT_ID=9 CI_MERGE_REQUEST_PROJECT_ID=7 CI_MERGE_REQUEST_IID=42 \
    CI_MERGE_REQUEST_PROJECT_URL=https://gitlab.example.org/group/name CI_MERGE_REQUEST_SOURCE_PROJECT_ID=9 CI_COMMIT_SHA="$commit" \
    CI_JOB_URL=https://gitlab.example.org/group/name/-/jobs/1 CI_JOB_TOKEN=token-of-the-job GITLAB_TOKEN="$token" "$@"
}

# on_github COMMAND...: in a workflow of a pull request.
on_github() {
  printf '{"number":5,"pull_request":{"number":5,"head":{"sha":"%s"}}}' "$commit" >event.json
  env GITHUB_ACTIONS=true GITHUB_API_URL="http://127.0.0.1:$port/api/v3" GITHUB_REPOSITORY=owner/name GITHUB_EVENT_PATH="$PWD/event.json" \
    GITHUB_SERVER_URL=https://github.example.org GITHUB_RUN_ID=1 GITHUB_STEP_SUMMARY="$PWD/summary" GITHUB_TOKEN="$token" "$@"
}

# on_gitea COMMAND...
on_gitea() {
  on_github env GITEA_ACTIONS=true GITHUB_API_URL="http://127.0.0.1:$port/api/v1" "$@"
}

# comments NAME: how many there are.
comments() {
  python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))))' "$1.comments"
}

# body NAME NUMBER: the text of that comment, counted from 0.
body() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[int(sys.argv[2])]["body"])' "$1.comments" "$2"
}

# record NAME [FIELD=JSON...]: an example of a record, with other fields.
record() {
  python3 - "$CASE_SUPPORT/../../lib/record/example/$1.json" "${@:2}" <<'PYTHON'
import json, sys
value = json.load(open(sys.argv[1]))
for change in sys.argv[2:]:
    name, _, text = change.partition("=")
    value[name] = json.loads(text)
print(json.dumps(value))
PYTHON
}

# succeeded: the record of a command that did.
succeeded() {
  record outcome 'verdict={"status":"finished","reason":"exit","exit":0,"signal":null,"detail":""}' "$@"
}
