
# `cargo xtask ...` is completed as `xtask ...`.
function __cargo_xtask_words
    set -l words (commandline -opc)
    complete -C (string join ' ' -- xtask (string escape -- $words[3..]) (commandline -ct))
end
complete -c cargo -n '__fish_seen_subcommand_from xtask' -f -a '(__cargo_xtask_words)'
