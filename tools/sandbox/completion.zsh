#compdef @SANDBOX_COMMANDS@
# Completion for zsh(1). The tools know what may stand where; see lib/cli/complete.hpp.
_sandbox() {
  local line word about
  local -a choices
  for line in "${(@f)$("$words[1]" --complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) _files; return ;;
      :folders) _files -/; return ;;
      *)
        word=${line%%$'\t'*} about=${line#*$'\t'}
        [[ $about != $line ]] || about=
        choices+=("${word//:/\\:}${about:+:$about}")
        ;;
    esac
  done
  _describe value choices
}
_sandbox "$@"
