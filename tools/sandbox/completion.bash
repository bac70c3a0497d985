# Completion for bash(1), for the command after which this file, or the link to it, is named.
# shellcheck shell=bash
# The tools know what may stand where; see lib/cli/complete.hpp.
_sandbox() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
      :folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
      *) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done < <("$1" --complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
_sandbox_name=${BASH_SOURCE[0]##*/}
[[ $_sandbox_name == sandbox* ]] || _sandbox_name=sandbox
complete -F _sandbox "$_sandbox_name"
unset _sandbox_name
