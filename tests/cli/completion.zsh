# SPDX-License-Identifier: Apache-2.0
# completion.zsh SCRIPT-DIR: reads lines, and says what zsh offers behind each,
# one word a line, and then "DONE".
#
# The shell that is asked has a terminal of its own, as there is no other way to
# ask; in it, compadd tells what it adds.
zmodload zsh/zpty
zpty inner zsh -f -i
offers=$(mktemp -u)
mkfifo -m 600 $offers
exec {told}<>$offers
zpty -w inner "PS1= PS2=; unsetopt beep; OFFERS=${(q)offers}
    fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -D -u"
zpty -w inner 'compadd() {
    local -a found
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    builtin compadd -A found "$@"
    ((${#found})) && printf "%s\n" "${found[@]}" >$OFFERS
    builtin compadd "$@"
}
finish() { print DONE >$OFFERS; BUFFER=; }
zle -N finish; bindkey "^I" complete-word; bindkey "^]" finish
print DONE >$OFFERS'
read -r -u $told word # it is ready
while IFS= read -r line; do
    zpty -w -n inner $line$'\t\x1d'
    while read -r -u $told word; do
        print -r -- $word
        [[ $word == DONE ]] && break
        while zpty -r -t inner answer >/dev/null; do :; done
    done
done
zpty -d inner
rm -f $offers
