// Prints "N passed, N failed" from vitest's JSON report and exits with the suite's status.
import { readFileSync } from 'node:fs';

const [report, status] = process.argv.slice(2);
let passed = 0;
let failed = 1;
try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed = result.numPassedTests;
  failed =
    result.numFailedTests +
    result.testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0)
      .length;
} catch (error) {
  console.error(`no test report: ${error.message}`);
}
if (status !== '0' && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(status === '0' && failed === 0 ? 0 : 1);
