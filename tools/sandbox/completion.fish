# Completion for fish(1), for the command after which this file, or the link to it, is named.
# The tools know what may stand where; see lib/cli/complete.hpp.
function __sandbox_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] --complete $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :folders
                __fish_complete_directories "$current" ''
            case '*'
                echo $line
        end
    end
end
set -l name (string replace -r '\.fish$' '' (string replace -r '.*/' '' (status filename)))
string match -q 'sandbox*' $name; or set name sandbox
complete -c $name -f -a '(__sandbox_complete)'
