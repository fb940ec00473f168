#!/usr/bin/env bash
# What action.yml does: it builds the command, and vets the files or probes the URL. Its inputs are the variables
# WWWAUTH_*. Bash 3.2 will do, which macOS has.
set -euo pipefail

fail() {
	echo "::error title=wwwauth::$1"
	exit 64
}

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
program=$directory/wwwauth.exe
(cd "$WWWAUTH_ROOT" && go build -o "$program" ./cmd/wwwauth)

# Neither wildcards nor anything else in an argument means something to the shell.
set -f
args=(${WWWAUTH_ARGS:-})
patterns=(${WWWAUTH_FILES:-})
set +f

# vet runs the command vet on the files.
vet() { "$program" vet ${args[@]+"${args[@]}"} -fail-on "$fail_on" "$@" -- "${files[@]}"; }

fail_on=${WWWAUTH_FAIL_ON:-error}
status=0
if [ -n "${WWWAUTH_URL:-}" ]; then
	[ ${#patterns[@]} = 0 ] || fail 'Give files or url, not both.'
	[ -z "${WWWAUTH_SARIF:-}" ] || fail 'There is no SARIF of a probe.'
	"$program" probe ${args[@]+"${args[@]}"} -- "$WWWAUTH_URL" || status=$?
else
	[ ${#patterns[@]} -gt 0 ] || fail 'Give files or url.'
	shopt -s globstar 2>/dev/null || true
	files=()
	for pattern in "${patterns[@]}"; do
		before=${#files[@]}
		while IFS= read -r file; do
			files+=("@$file")
		done < <(compgen -G "$pattern" | LC_ALL=C sort)
		[ ${#files[@]} -gt "$before" ] || fail "There is no file $pattern."
	done
	vet -format github || status=$?
	[ -z "${WWWAUTH_SARIF:-}" ] || vet -format sarif >"$WWWAUTH_SARIF" || true
fi
echo "exit-status=$status" >>"${GITHUB_OUTPUT:-/dev/null}"
if [ "$fail_on" = never ] && [ "$status" -le 3 ]; then
	exit 0
fi
exit "$status"
