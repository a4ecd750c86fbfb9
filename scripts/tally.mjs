// Adds up what the test runs and the other steps of CI found, and prints it on a line of its own.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, steps] = process.argv.slice(2);
let passed = 0;
let failed = Number(steps);
let reports = 0;
for (const name of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const report = JSON.parse(readFileSync(join(folder, name), "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  reports++;
  if (report.numPendingTests > 0) {
    console.log(`${report.numPendingTests} tests were skipped: a skipped test is a defect`);
    failed += report.numPendingTests;
  }
}
const again = join(folder, "second-tries.txt");
if (existsSync(again))
  console.log(`passed at the second try only:\n${readFileSync(again, "utf8").trimEnd()}`);
if (reports === 0 || passed === 0) {
  console.log("no test ran");
  failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
