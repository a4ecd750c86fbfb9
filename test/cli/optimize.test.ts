/** A run that computes for long gets V8's optimizing compilers, which it starts without (docs/decisions/175). */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

const MODULE = new URL("../../cli/launch/optimize.mjs", import.meta.url).href;
const FLAGS = ["--allow-natives-syntax", "--no-opt", "--no-maglev", "--input-type=module"];

/** Computes until V8 has optimized it, at most a second of its own time. */
const program = (paysMs: number): string => `
  import { optimizeLater } from ${JSON.stringify(MODULE)};
  import { setImmediate as turn } from "node:timers/promises";
  optimizeLater({ paysMs: ${paysMs}, lookMs: 5 });
  const OPTIMIZED = 1 << 4;
  const work = (n) => { let h = 0; for (let i = 0; i < n; i++) h = (h * 31 + i) | 0; return h; };
  const is = () => (%GetOptimizationStatus(work) & OPTIMIZED) !== 0;
  while (!is() && process.cpuUsage().user < 1e6) { work(1e5); await turn(); }
  console.log(is() ? "optimized" : "as it was");`;

it.each([
  [100, "optimized"],
  [1e6, "as it was"],
])("after %d ms of its own time a process is %s", (paysMs, expected) => {
  const said = execFileSync(process.execPath, [...FLAGS, "-e", program(paysMs)], { encoding: "utf8" });
  expect(said.trim()).toBe(expected);
});
