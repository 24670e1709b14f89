// A reporter for node's test runner that leaves the counts of one file as JSON; suites are not tests.

/** @param {AsyncIterable<{type: string, data: any}>} source */
export default async function* counts(source) {
  const seen = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A suite counts only when it failed by itself, in what it does before or after its tests.
    if (data.details?.type === 'suite' && (type === 'test:pass' || data.details.error?.failureType === 'subtestsFailed')) continue;
    if (data.skip !== undefined || data.todo !== undefined) seen.skipped += 1;
    else if (type === 'test:pass') seen.passed += 1;
    else seen.failed += 1;
  }
  yield JSON.stringify(seen);
}
