#!/bin/sh
# Runs every fuzz target of the tree for FUZZTIME each and stops at the first finding.
set -eu
: "${GO:=go}" "${FUZZTIME:=20s}"
for file in $(git ls-files '*_test.go' | xargs grep -l '^func Fuzz'); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
		echo "== $(dirname "$file") $target"
		$GO test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$FUZZTIME"
	done
done
