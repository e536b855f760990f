/**
 * Prints one line, "N passed, N failed" and ", N skipped" where there are any, from the JSON report of a test run. A
 * test file that could not be run at all counts as one failure; so does a run that failed in no test, or left no report.
 *
 *   node scripts/count-results.mjs build/test-results.json <exit status of the run>
 */
import { existsSync, readFileSync } from 'node:fs';

function countResults(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed').length;
    counts.passed += file.assertionResults.filter(({ status }) => status === 'passed').length;
    counts.failed += file.status === 'failed' ? Math.max(failed, 1) : failed;
    counts.skipped += file.assertionResults.filter(
      ({ status }) => !['passed', 'failed'].includes(status),
    ).length;
  }
  return counts;
}

const [, , path, status] = process.argv;
if (path === undefined || status === undefined) throw new Error('which report, and which exit status?');
let counts = { passed: 0, failed: 0, skipped: 0 };
if (existsSync(path)) counts = countResults(JSON.parse(readFileSync(path, 'utf8')));
else console.error('No test ran: the build or the checks before the tests failed.');
if (status !== '0' && counts.failed === 0) counts.failed = 1;
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
