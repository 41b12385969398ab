# Shared by the scripts beside it, which set -euo pipefail and then source this file.
# shellcheck shell=bash

DAYI_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Whether messages are Chinese, as the locale says: said "ENGLISH" "CHINESE" prints one of them.
case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
zh*) said() { printf '%s' "$2"; } ;;
*) said() { printf '%s' "$1"; } ;;
esac

say() {
	printf '== %s\n' "$*"
}

# The comment at the head of the script, without the #, where --help is asked for; then it ends.
help_of() {
	case ${1:-} in
	-h | --help)
		# Chinese stands in lines that begin with #zh, where the script has them.
		local mark
		mark=$(said '' zh)
		grep -q "^#$mark" "$0" || mark=
		sed -n "2,/^[^#]/{s/^#$mark\$//p;s/^#$mark //p}" "$0"
		exit 0
		;;
	esac
}

# Says what is wrong and what to do, and ends the script.
fail() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Runs a command; on failure says which step failed and what to do: step NAME ADVICE COMMAND...
step() {
	local name=$1 advice=$2
	shift 2
	say "$name"
	"$@" || fail "$(said "failed: $name. $advice" "失败：$name。$advice")"
}

quietly() {
	"$@" >/dev/null
}

# The last line of a run of tests: summary PASSED FAILED SKIPPED
summary() {
	printf '%d passed, %d failed' "$1" "$2"
	[ "$3" -eq 0 ] || printf ', %d skipped' "$3"
	printf '\n'
}

port_taken() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# The first of the commands that is there: find_browser VARIABLE COMMAND...
find_browser() {
	local variable=$1 command
	shift
	for command in "$@"; do
		command -v "$command" && return
	done
	fail "a browser is needed that is not there: $1. Run script/setup test, or set $variable to where it is"
}

# configure PRESET [CMAKE OPTION...]
configure() {
	local preset=$1
	shift
	cd "$DAYI_ROOT" || exit
	step "$(said "configuring the preset $preset in build/$preset" "正在配置 $preset，目录 build/$preset")" \
		"$(said "If a library is missing, run script/setup; if the folder is from another machine, delete build/$preset." "缺少库时请运行 script/setup；目录是从别的机器复制来的，请删除 build/$preset。")" \
		quietly cmake --preset "$preset" "$@" -Wno-dev --log-level=WARNING
}

# compile PRESET [TARGET...]
compile() {
	local preset=$1
	shift
	cd "$DAYI_ROOT" || exit
	step "$(said "building the preset $preset" "正在编译 $preset")" \
		"$(said "The compiler's message stands above; after a change of system, delete build/$preset and try again." "编译器的信息在上面；换过系统的话，请删除 build/$preset 再试。")" \
		cmake --build --preset "$preset" ${1:+--target "$@"} -- --quiet
}

# The packages of FOLDER/package-lock.json, unless those very ones are there.
install_node_packages() {
	local folder=$DAYI_ROOT/$1
	if cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-lock"; then
		return
	fi
	step "installing the Node packages of $1/" \
		"Is the network up, and can npm reach its registry (npm ping)? Behind a mirror: npm config set registry URL" \
		npm --prefix "$folder" ci --no-audit --no-fund --loglevel=error
	cp "$folder/package-lock.json" "$folder/node_modules/.installed-lock"
}

# make_page FOLDER: the chat page, from web/src.
make_page() {
	step "building the chat page in ${1#"$DAYI_ROOT"/}" \
		"The message stands above; Node 18.19 or newer is needed ($(node --version 2>/dev/null || echo 'none is installed'))." \
		npm --prefix "$DAYI_ROOT/web" run --silent build -- "$1"
}

# What the page is made of and what came of it, as one hash.
page_state() {
	cd "$DAYI_ROOT/web" || exit
	find src public dist build.mjs package-lock.json -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

# The chat page in web/dist, unless it was built and nothing changed since.
build_page() {
	local made=$DAYI_ROOT/build/page-state
	if [ "$(cat "$made" 2>/dev/null)" = "$(page_state)" ]; then
		return
	fi
	"$DAYI_ROOT/script/build-page"
	mkdir -p "${made%/*}"
	page_state >"$made"
}
