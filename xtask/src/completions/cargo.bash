
# `cargo xtask ...` is completed as `xtask ...`, all else of cargo as before.
if ! complete -p cargo &>/dev/null; then
    # bash-completion looks for the completion of a program when it is first wanted.
    if declare -F _comp_load >/dev/null; then
        _comp_load cargo
    elif declare -F _completion_loader >/dev/null; then
        _completion_loader cargo
    fi
fi
if [[ "$(complete -p cargo 2>/dev/null)" =~ \ -F\ ([^ ]+) && "${BASH_REMATCH[1]}" != _cargo_or_xtask ]]; then
    _cargo_before_xtask="${BASH_REMATCH[1]}"
fi
_cargo_or_xtask() {
    if [[ "${COMP_WORDS[1]}" == xtask && "$COMP_CWORD" -gt 1 ]]; then
        COMP_WORDS=(xtask "${COMP_WORDS[@]:2}")
        ((COMP_CWORD -= 1))
        _xtask xtask "$2" "$3"
    elif [[ -n "$_cargo_before_xtask" ]]; then
        "$_cargo_before_xtask" "$@"
    fi
}
complete -F _cargo_or_xtask -o bashdefault -o default cargo
