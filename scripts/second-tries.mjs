// A vitest reporter: the names of tests that passed only at their second try, for CI's last lines.
import { appendFileSync } from "node:fs";
import { join } from "node:path";

export default class SecondTries {
  onTestCaseResult(test) {
    const { retryCount = 0 } = test.diagnostic() ?? {};
    if (retryCount === 0 || test.result().state !== "passed") return;
    appendFileSync(
      join(process.env.ATTRACTOR_TEST_REPORTS, "second-tries.txt"),
      `${test.module.relativeModuleId}: ${test.name}\n`,
    );
  }
}
