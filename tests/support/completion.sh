# shellcheck shell=bash
# Completion as the shells do it: complete_in_SHELL WORD... prints what is offered for the last
# word; check_completion asks completes(), which a case defines as one of them.

complete_in_bash() {
  # shellcheck disable=SC2016 # for the inner shell
  bash --norc --noprofile -c '
    source "$1"
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _sandbox "$1" "${!#}" "${@: -2:1}"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$SOURCE/tools/sandbox/completion.bash" "$@" | sed '/^$/d'
}

# The last step of a real completion only shows; here it prints.
complete_in_zsh() {
  # shellcheck disable=SC2016 # for the inner shell
  zsh -f -c '
    _describe() { print -l -- "${(@)${(P)2}%%:*}" }
    _files() { print -l -- ${words[CURRENT]}*(N) }
    script=$1
    shift
    words=("$@") CURRENT=$#
    source $script' zsh "$SOURCE/tools/sandbox/completion.zsh" "$@" | sed '/^$/d'
}

complete_in_fish() {
  HOME=$PWD fish --no-config -c '
    source $argv[1]
    for name in (sandbox --complete "" | string replace -r "\t.*" "")
      complete -c sandbox-$name -f -a "(__sandbox_complete)"
    end
    complete -C "$argv[2]"' "$SOURCE/tools/sandbox/completion.fish" "$*" | cut -f1
}

check_completion() {
  source "$CASE_SUPPORT/sandboxes.sh"
  touch a-file
  same launch "$(completes sandbox lau)"
  same doctor "$(completes sandbox help doc)"
  contains "$(completes sandbox '')" help
  same --format "$(completes sandbox list --for)"
  same --format "$(completes sandbox-list --for)"
  same 'human json' "$(completes sandbox list --format '' | sort | xargs)"
  same running "$(completes sandbox-list --state ru)"
  same landlock "$(completes sandbox-launch --require land)"
  same pip "$(completes sandbox-launch --allow pi)"
  same seccomp "$(completes sandbox-doctor secc)"
  same busybox "$(completes sandbox-launch busy)"
  same python-3.11 "$(completes sandbox-build python-3.1 | grep -x python-3.11)"
  same a-file "$(completes sandbox-exec --request a-f)"
  local id
  id=$(launch_busybox --name completed)
  same completed "$(completes sandbox-exec complet)"
  same "$id" "$(completes sandbox-reap "${id:0:8}")"
  sandbox-reap -q "$id"
}
