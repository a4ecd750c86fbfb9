import { defineConfig } from "vitest/config";

/** Played against GitHub in a box, with real git, HTTP and processes: minutes rather than seconds. */
const BOX = "{e2e,box,app,action,demo}";
/** The large graphs played whole. */
const WHOLE_GRAPHS = ["test/graphs/served.test.ts"];
/** What `npm test` plays of it: a job, a whole run, commands, an end for every lost job. */
const SAMPLE = [
  "test/action/claim.test.ts",
  "test/app/{advance,claimed,parse}.test.ts",
  "test/box/{checks,issues}.test.ts",
  "test/e2e/{single,thread}.test.ts",
];

/**
 * Which tests: `quick` is `npm test`, `box` is `npm run test:e2e`. Of a `.deep.ts` CI plays a share, freshly seeded; a
 * `.whole.ts` is played whole or not at all. Whoever names files runs those, of whatever kind but the deep ones.
 */
const KINDS = {
  quick: {
    include: [`test/!(${BOX.slice(1, -1).replaceAll(",", "|")})/**/*.test.ts`, "test/*.test.ts", ...SAMPLE],
    exclude: WHOLE_GRAPHS,
  },
  box: { include: [`test/${BOX}/**/*.test.ts`, ...WHOLE_GRAPHS], exclude: SAMPLE },
  all: { include: ["test/**/*.test.ts"] },
  share: { include: ["test/**/*.deep.ts"] },
  deep: { include: ["test/**/*.{deep,whole}.ts"] },
};
const named = process.env.ATTRACTOR_TESTS ?? "all";
if (!Object.hasOwn(KINDS, named))
  throw new Error(`ATTRACTOR_TESTS is one of ${Object.keys(KINDS).join(", ")}`);
const kind = named as keyof typeof KINDS;
const isDeep = kind === "share" || kind === "deep";
const folder = process.env.ATTRACTOR_TEST_REPORTS;

export default defineConfig({
  test: {
    ...KINDS[kind],
    pool: "forks",
    // Tests wait for processes more than they compute: one worker beyond two cores keeps both busy.
    maxWorkers: 3,
    testTimeout: isDeep ? 3_600_000 : 60_000,
    hookTimeout: 60_000,
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
