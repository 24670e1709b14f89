#!/usr/bin/env bash
# Runs test suites one after another: test.sh [rust] [web] [e2e]
# All suites run even when one fails. The last line is `N passed, N failed`; a suite that dies without a count, or skips a
# test, counts as a failure, so that the line and the exit code never say more than what was seen.
set -uo pipefail
cd "$(dirname "$0")/.."

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0
failed=0

# Adds the counts of one suite: tally NAME EXIT_CODE PASSED FAILED SKIPPED
tally() {
  local name=$1 code=$2 ok=$3 bad=$4 skipped=$5
  if [ "$skipped" -gt 0 ]; then
    echo "$name: $skipped skipped; nothing may be skipped" >&2
    bad=$((bad + skipped))
  fi
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
    echo "$name: ended with exit code $code and no failed test" >&2
    bad=1
  fi
  if [ "$code" -eq 0 ] && [ "$ok" -eq 0 ]; then
    echo "$name: ran no test" >&2
    bad=$((bad + 1))
  fi
  echo "== $name: $ok passed, $bad failed"
  passed=$((passed + ok))
  failed=$((failed + bad))
}

# Adds a suite whose runner leaves `PASSED FAILED SKIPPED` in a file (or died before).
tally_file() {
  local ok=0 bad=0 skipped=0
  [ -s "$3" ] && read -r ok bad skipped <"$3"
  tally "$1" "$2" "$ok" "$bad" "$skipped"
}

suite_rust() {
  cargo test --workspace --locked --no-run || { tally rust 1 0 0 0; return; }
  cargo test --workspace --locked --no-fail-fast 2>&1 | tee "$results/rust.log"
  local code=${PIPESTATUS[0]}
  awk '/^test result: / { p += $4; f += $6; i += $8 } END { print p + 0, f + 0, i + 0 }' "$results/rust.log" >"$results/rust"
  tally_file rust "$code" "$results/rust"
}

suite_web() {
  make web/node_modules/.installed || { tally web 1 0 0 0; return; }
  (cd web && npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="$results/web.json")
  local code=$?
  node -e '
    const r = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    const suites = r.testResults.filter((s) => s.status === "failed" && s.assertionResults.length === 0).length;
    console.log(r.numPassedTests, r.numFailedTests + suites, r.numPendingTests + (r.numTodoTests ?? 0));
  ' "$results/web.json" >"$results/web"
  tally_file web "$code" "$results/web"
}

suite_e2e() {
  make web/dist/index.html tests/node_modules/.installed tests/.venv/.installed && cargo build --locked || { tally e2e 1 0 0 0; return; }
  (cd tests && node e2e/run.mjs --counts "$results/e2e" ${FILES:+"$FILES"})
  tally_file e2e $? "$results/e2e"
}

for suite in "$@"; do
  echo "== $suite"
  "suite_$suite"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
