import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Played against GitHub in a box, with real git, HTTP and processes: minutes rather than seconds. */
const BOX = /^test\/(?:e2e|box|app|action|demo)\//;
/** What `npm test` plays of it: a job, a whole run, commands, an end for every lost job. */
const SAMPLE = [
  "test/action/claim.test.ts",
  "test/app/advance.test.ts",
  "test/app/claimed.test.ts",
  "test/app/parse.test.ts",
  "test/box/checks.test.ts",
  "test/box/issues.test.ts",
  "test/e2e/single.test.ts",
  "test/e2e/thread.test.ts",
];
/** Played as long, without a box: the large graphs whole, the package as npm installs it, the tutorial from its first line. */
const WHOLE = ["test/graphs/served.test.ts", "test/package/package.test.ts", "test/docs/tutorial.test.ts"];
/** They put modules of their own in the place of Node's, for a whole process: it is theirs alone. */
const MOCKS = [
  "test/ledger/atomic.test.ts",
  "test/ledger/file-disk.test.ts",
  "test/local/latest-status.test.ts",
];

const files = readdirSync(new URL("test", import.meta.url), { recursive: true, encoding: "utf8" })
  .map((name) => `test/${name}`)
  .sort();
const isTest = (file: string): boolean => file.endsWith(".test.ts");
const isSlow = (file: string): boolean => (BOX.test(file) || WHOLE.includes(file)) && !SAMPLE.includes(file);

/**
 * Which tests: `quick` is `npm test`, `box` is `npm run test:e2e`. Of a `.deep.ts` CI plays a share, freshly seeded; a
 * `.whole.ts` is played whole or not at all. Whoever names files runs those, of whatever kind but the deep ones.
 */
const KINDS = {
  quick: files.filter((file) => isTest(file) && !isSlow(file)),
  box: files.filter((file) => isTest(file) && isSlow(file)),
  all: files.filter(isTest),
  share: files.filter((file) => file.endsWith(".deep.ts")),
  deep: files.filter((file) => /\.(?:deep|whole)\.ts$/.test(file)),
};
const named = process.env.ATTRACTOR_TESTS ?? "all";
if (!Object.hasOwn(KINDS, named))
  throw new Error(`ATTRACTOR_TESTS is one of ${Object.keys(KINDS).join(", ")}`);
const kind = named as keyof typeof KINDS;
const isDeep = kind === "share" || kind === "deep";
const isAlone = (file: string): boolean =>
  isDeep || (BOX.test(file) && !SAMPLE.includes(file)) || MOCKS.includes(file);
const folder = process.env.ATTRACTOR_TEST_REPORTS;

export default defineConfig({
  test: {
    pool: "forks",
    // Tests wait for processes more than they compute: of two cores a fifth was idle with three workers.
    maxWorkers: 4,
    testTimeout: isDeep ? 3_600_000 : 60_000,
    hookTimeout: 60_000,
    // Whether they were started by npx is nothing to the commands that they start.
    env: { npm_command: "" },
    globalSetup: [
      "test/set-up/temporary.ts",
      ...(process.env.ATTRACTOR_TESTS === undefined
        ? []
        : ["test/set-up/build.ts", "test/set-up/stand-ins.ts"]),
    ],
    // Starting a process and loading the engine into it takes longer than most files: they share three.
    projects: [
      {
        extends: true,
        test: {
          ...{ name: "shared", isolate: false, setupFiles: ["test/set-up/restore.ts"] },
          include: KINDS[kind].filter((file) => !isAlone(file)),
        },
      },
      { extends: true, test: { name: "alone", include: KINDS[kind].filter(isAlone) } },
    ],
    ...(folder
      ? {
          // A busy machine can starve a process past its time: one more try decides, and CI lists it by name.
          retry: 1,
          reporters: ["default", "json", "./scripts/second-tries.mjs"],
          outputFile: { json: `${folder}/${kind}.json` },
        }
      : {}),
  },
});
