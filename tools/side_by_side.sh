#!/usr/bin/env bash
# Two lanes at the same time: tests wait more than they work, so two cores are done in half the time.
# Each argument is a lane, in the shell's words, one command on each line; one that fails stops none of the others.
# What the second lane says comes when it has ended.
set -uo pipefail

lane() {
  local failed=0 command
  while IFS= read -r command; do
    [[ -z ${command// } ]] || bash -c "$command" </dev/null || failed=1
  done <<<"$1"
  return "$failed"
}
export -f lane

words=$(mktemp)
setsid bash -c 'lane "$1"' lane "$2" >"$words" 2>&1 &
second=$!
trap 'kill -TERM -- "-$second" 2>/dev/null; rm -f "$words"' EXIT
trap 'exit 130' INT TERM

lane "$1"
first=$?
wait "$second"
last=$?
cat "$words"
exit $((first || last))
