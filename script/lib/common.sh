# Shared by the scripts beside it, which set -euo pipefail and then source this file.
# shellcheck shell=bash

DAYI_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() {
	printf '== %s\n' "$*"
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
	"$@" || fail "failed: $name. $advice"
}

quietly() {
	"$@" >/dev/null
}

port_taken() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# configure PRESET [CMAKE OPTION...]
configure() {
	local preset=$1
	shift
	cd "$DAYI_ROOT" || exit
	step "configuring the preset $preset in build/$preset" \
		"If a library is missing, run script/setup; if the folder is from another machine, delete build/$preset." \
		quietly cmake --preset "$preset" "$@" -Wno-dev --log-level=WARNING
}

# compile PRESET [TARGET...]
compile() {
	local preset=$1
	shift
	cd "$DAYI_ROOT" || exit
	step "building the preset $preset" \
		"The compiler's message stands above; after a change of system, delete build/$preset and try again." \
		cmake --build --preset "$preset" ${1:+--target "$@"} -- --quiet
}
