/** Each asks `mcpa __complete` for what may stand at the cursor: one value a line, a tab, what it is. */
export const SCRIPTS = {
  bash: `# mcpa completion for bash. Add to ~/.bashrc:  source <(mcpa completion bash)
_mcpa() {
  local line="\${COMP_LINE:0:COMP_POINT}" cut tail word
  local -a words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  word="\${words[\${#words[@]}-1]}"
  # Bash splits words at = and : as well, and replaces only what stands behind them.
  tail="$word"
  [[ $COMP_WORDBREAKS == *:* ]] && tail="\${tail##*:}"
  [[ $COMP_WORDBREAKS == *=* ]] && tail="\${tail##*=}"
  cut="\${word%"$tail"}"
  COMPREPLY=()
  local value
  while IFS=$'\\t' read -r value _; do
    if [[ $value == ':files' ]]; then compopt -o default; return; fi
    COMPREPLY+=("\${value#"$cut"}")
  done < <("\${words[0]}" __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _mcpa mcpa
`,
  zsh: `#compdef mcpa
# mcpa completion for zsh. Add to ~/.zshrc, after compinit:  source <(mcpa completion zsh)
_mcpa() {
  local -a values texts
  local line
  while IFS= read -r line; do
    [[ $line == ':files' ]] && { _files; return }
    values+=("\${line%%$'\\t'*}")
    texts+=("\${line/$'\\t'/  -- }")
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#values )) && compadd -l -d texts -a values
}
(( $+functions[compdef] )) && compdef _mcpa mcpa
[[ $funcstack[1] == _mcpa ]] && _mcpa "$@"
`,
  fish: `# mcpa completion for fish:  mcpa completion fish > ~/.config/fish/completions/mcpa.fish
function __mcpa_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l values (command $words[1] __complete -- $words[2..-1] 2>/dev/null)
  if test "$values[1]" = ':files'
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $values
  end
end
complete -c mcpa -f -a '(__mcpa_complete)'
`,
} as const;

export type Shell = keyof typeof SCRIPTS;
