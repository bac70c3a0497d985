# shellcheck shell=bash
# For cases about the templates of CI: a runner of GitLab's pipelines that needs no GitLab. Sourced after forges.sh.

# install_gitlab_ci_local: from npm, in a sandbox, as it is somebody else's code. The last that runs with Node.js 18.
install_gitlab_ci_local() {
  local id
  id=$(sandbox-launch -q --allow npm nodejs-18)
  sandbox-exec -w /tmp "$id" -- npm install --silent --ignore-scripts gitlab-ci-local@4.55.0 >installed 2>&1 || fail "$(cat installed)"
  sandbox-copy -q "$id:/tmp/node_modules" . >copied
  sandbox-reap -q "$id" >reaped
}

# repository FOLDER: makes one of it, with a branch of a merge request.
repository() {
  git -C "$1" init -q -b main
  git -C "$1" config user.email somebody@example.org
  git -C "$1" config user.name Somebody
  git -C "$1" remote add origin git@gitlab.example.org:group/name.git
  git -C "$1" add -A
  git -C "$1" commit -qm 'What is there'
  git -C "$1" checkout -qb feature
}

# gitlab_pipeline FOLDER [NAME=VALUE...]: of a merge request to the fake forge at $port. What it says is in the file log.
# With job=NAME just that one, with the files that others have left: GitLab skips jobs after one that failed and
# goes on to those that always run, which this runner never starts.
gitlab_pipeline() {
  local folder=$1 variable variables=()
  for variable in CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_IID=42 CI_MERGE_REQUEST_PROJECT_ID=7 \
    CI_MERGE_REQUEST_SOURCE_PROJECT_ID=9 CI_MERGE_REQUEST_PROJECT_URL=https://gitlab.example.org/group/name \
    CI_API_V4_URL="http://127.0.0.1:$port/api/v4" GITLAB_CI=true GITLAB_TOKEN="$token" "${@:2}"; do
    variables+=(--variable "$variable")
  done
  (cd "$folder" && node ../node_modules/gitlab-ci-local/src/index.js "${variables[@]}" ${job:+"$job"}) >log 2>&1
}
