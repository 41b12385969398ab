# Completion of dayi for bash. It asks the program itself, so that it knows what that version knows.

# What the usage lines of a sub-command want as words, such as verify|list.
_dayi_words() {
	sed -nE '/^(Usage| +or): +dayi /{s/^[^:]*: +dayi [a-z-]+ *//;s/\[[^]]*\]//g;p}' <<<"$1" |
		tr ' ' '\n' | grep -xE '[a-z-]+(\|[a-z-]+)*' | tr '|' '\n'
}

# What --format may be, by its text: "csv (default), json or text; ..."
_dayi_formats() {
	sed -nE '/--format=FORMAT/{s/.*FORMAT +//;s/;.*//;s/ \([^)]*\)//g;s/ or |, / /g;p}' <<<"$1"
}

_dayi() {
	local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} help
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		help=$(LC_ALL=C "$1" --help 2>/dev/null | sed -n 's/^  \([a-z-]\{1,\}\) .*/\1/p')
		mapfile -t COMPREPLY < <(compgen -W "$help help --help --version" -- "$current")
		return
	fi
	# bash takes --format=csv apart at the sign.
	if [ "$before" = = ]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	elif [ "$current" = = ]; then
		before=${COMP_WORDS[COMP_CWORD - 1]}
		current=
	fi
	help=$(ARGP_HELP_FMT=rmargin=4000 LC_ALL=C "$1" "${COMP_WORDS[1]}" --help 2>/dev/null)
	case $before in
	--format | -f)
		if grep -q -- '--format=FORMAT' <<<"$help"; then
			mapfile -t COMPREPLY < <(compgen -W "$(_dayi_formats "$help")" -- "$current")
			return
		fi
		;;
	esac
	case $current in
	-*) mapfile -t COMPREPLY < <(compgen -W "$(grep -oE '^ {2,6}(-., )?--[a-z-]+' <<<"$help" | grep -oE -- '--[a-z-]+')" -- "$current") ;;
	*) mapfile -t COMPREPLY < <(compgen -W "$(_dayi_words "$help")" -- "$current") ;;
	esac
}

# Files and folders where nothing else fits.
complete -o default -F _dayi dayi
