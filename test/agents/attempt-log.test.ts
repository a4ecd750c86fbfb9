import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openAttemptLog } from "../../engine/agents/attempt-log.ts";
import { tempDir } from "../stages/scene.ts";

const SECRET = "hunter2hunter22-hunter2hunter22";
const mask = (text: string) => text.replaceAll(SECRET, "***");
const linesIn = (folder: string) =>
  readFileSync(join(folder, "events.ndjson"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it("R-SEC-4: an error is masked as a whole, and cut after that", () => {
  const folder = tempDir();
  const log = openAttemptLog(folder, mask);
  log.write({ kind: "ERROR", error: `${"x".repeat(1990)}${SECRET}${"y".repeat(5000)}` });
  log.write({ kind: "TOOL_CALL_END", output: `${"x".repeat(1990)}${SECRET}` });
  log.close();
  const [error, output] = linesIn(folder);
  expect(String(error!.error)).toMatch(/^x+.*cut\]$/);
  expect(String(error!.error).length).toBeLessThanOrEqual(2000);
  expect(String(error!.error)).not.toContain("hunter");
  expect(output!.output).toBe(`${"x".repeat(1990)}***`);
});

it("a log that cannot be written ends, is told of once, and fails nothing", () => {
  const folder = tempDir();
  mkdirSync(join(folder, "events.ndjson"));
  const log = openAttemptLog(folder, mask);
  log.write({ kind: "SESSION_START" });
  log.write({ kind: "SESSION_END" });
  expect(log.close()).toMatch(/^events\.ndjson.*EEXIST/);
  log.write({ kind: "WARNING" });
});
