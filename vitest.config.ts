import { defineConfig } from "vitest/config";

const deep = process.env.ATTRACTOR_DEEP !== undefined;
/** Of a `.deep.ts` CI plays a share, freshly seeded; a `.whole.ts` is played whole or not at all. */
const DEEP = process.env.ATTRACTOR_DEEP === "share" ? ["test/**/*.deep.ts"] : ["test/**/*.{deep,whole}.ts"];
const report = process.env.ATTRACTOR_TEST_REPORT;

export default defineConfig({
  test: {
    include: deep ? DEEP : ["test/**/*.test.ts"],
    pool: "forks",
    // Tests wait for processes more than they compute: one worker beyond two cores keeps both busy.
    maxWorkers: 3,
    testTimeout: deep ? 3_600_000 : 60_000,
    hookTimeout: 60_000,
    ...(report
      ? {
          // A busy machine can starve a process past its time: one more try, which the output marks, decides.
          retry: 1,
          reporters: ["default", "json"],
          outputFile: { json: deep ? report.replace(/json$/, "deep.json") : report },
        }
      : {}),
  },
});
