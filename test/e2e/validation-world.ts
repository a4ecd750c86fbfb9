/** Three graphs as hops on the box, run at the same time and once: what they left is for the tests of the postmortem's six rows. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import type { RunEvent } from "../../engine/core/events.ts";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { type Scene, scene } from "./support.ts";

export const REASON = "cannot find module './level-3.js' imported from src/world.ts";

const graph = (body: string, attributes = "") => `digraph rows { graph [goal="The rows"${attributes}]
  start [shape=Mdiamond]; exit [shape=Msquare]; par [shape=component]; join [shape=tripleoctagon]
  ${body}
}`;
const tool = (node: string, command = `sh stage.sh ${node}`) =>
  `${node} [shape=parallelogram, tool_command="${command}"]`;

const GRAPHS = {
  /** Rows 1, 3 and 4. */
  reasons: graph(`${["work", "contract", "turns", "build"].map((node) => tool(node)).join("; ")}
    ${tool("good", "echo fine")}; check [shape=diamond]; ${tool("ship", "true")}
    start -> work -> par; par -> good -> join; par -> contract -> join; par -> turns -> join
    join -> build [condition="outcome=success"]; join -> exit [condition="outcome!=success"]
    build -> check; check -> ship [condition="outcome=success"]; ship -> exit`),
  /** Rows 2 and 6, and a success without a branch that failed. */
  partial: graph(
    `${["slow", "after", "impl_monsters", "verify_monsters"].map((node) => tool(node)).join("; ")}
    ${tool("broken", "echo no such song >&2; exit 1")}; ${tool("quick", "true")}
    start -> quick -> par; par -> impl_monsters -> verify_monsters; par -> slow -> join; par -> broken -> join
    verify_monsters -> join [condition="outcome=success"]; verify_monsters -> impl_monsters [condition="outcome=fail"]
    join -> after [condition="outcome=success"]; join -> exit [condition="outcome!=success"]; after -> exit`,
    ", loop_restart_signature_limit=5",
  ),
  /** Row 5: each check of the loop is in a job of its own. */
  loop: graph(`${tool("impl", "true")}; ${tool("verify")}
    start -> par; par -> impl -> join; join -> verify
    verify -> exit [condition="outcome=success"]; verify -> par [condition="outcome=fail"]`),
};

export type GraphName = keyof typeof GRAPHS;

const STAGE = `say() { printf '{"status":"fail","failure_reason":"%s"}' "$1" > "$ATTRACTOR_STATUS_PATH"; }
# How often this stage ran in this tree, this time included.
count() { echo x >> count.txt; n=$(grep -c x count.txt); }
case "$1" in
  work) mkdir -p .ai; echo '{"status":"success","notes":"from the worktree"}' > .ai/status.json;;
  contract) echo '{"status": 7' > "$ATTRACTOR_STATUS_PATH";;
  turns) say "turn limit reached (max_turns=60)";;
  build) say "${REASON}";;
  slow | after) for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.05; done;;
  impl_monsters) true;;
  verify_monsters) count; [ $n -gt 3 ] || { echo "round $n: assertion $n of suite-$n" >&2; exit 1; };;
  verify) count; case $n in
    1) say "error TS2304: Cannot find name 'spawnMonster' at src/world.ts:118:9 (took 1.2 s)";;
    2) say "src/world.ts:131:4 - error TS2304: Cannot find name 'spawnMonster'. (took 894 ms)";;
    3) say "error TS2304: Cannot find name 'spawnMonster' at src/world.ts:77:2 (took 2 s)";;
    esac;;
esac
`;

export interface JobLeft {
  readonly name: string;
  readonly log: string;
  readonly annotations: readonly string[];
}

export interface Left {
  readonly run: string;
  readonly log: readonly RunEvent[];
  readonly jobs: readonly JobLeft[];
  /** Of its last artifact. */
  file<T>(path: string): T;
}

export interface World {
  readonly left: Readonly<Record<GraphName, Left>>;
  /** All that git holds, reachable or not. */
  readonly objects: string;
  readonly story: string;
}

async function make(): Promise<World> {
  const s = await scene({
    ...Object.fromEntries(Object.entries(GRAPHS).map(([name, text]) => [`graphs/${name}.dot`, text])),
    "stage.sh": STAGE,
    ".github/attractor.yml": "version: 1\nruntime_policy: { heartbeat_interval_ms: 20 }\n",
  });
  const names = Object.keys(GRAPHS) as GraphName[];
  const ids: number[] = [];
  for (const name of names) ids.push(await s.dispatch({ graph: `graphs/${name}.dot` }));
  await allRuns(s);
  const left = names.map((name, i) => [name, leftBy(s, `r${ids[i]}`)] as const);
  return {
    left: Object.fromEntries(left) as Record<GraphName, Left>,
    objects: execFileSync(
      "git",
      ["--git-dir", s.repository.gitDir, "cat-file", "--batch-all-objects", "--batch"],
      { encoding: "latin1", maxBuffer: 1 << 28 },
    ),
    story: story(s).slice(-20_000),
  };
}

function leftBy(s: Scene, run: string): Left {
  const mine = [...s.repository.runs.values()].filter(
    ({ id, title }) => `r${id}` === run || title.split(/\W+/).includes(run),
  );
  const artifacts = [...s.repository.artifacts.values()]
    .filter(({ name }) => name.startsWith(`attractor-${run}-`))
    .map(({ file }) => unzipSync(readFileSync(file)));
  return {
    run,
    log: ledgerOf(s, run),
    jobs: mine.flatMap(({ attempts }) =>
      attempts.flatMap(({ jobs }) =>
        jobs.map((job) => ({
          name: job.name,
          log: job.log.join(""),
          annotations: job.check.annotations.map(({ message }) => message),
        })),
      ),
    ),
    file<T>(path: string): T {
      const bytes = artifacts.findLast((files) => files[path] !== undefined)?.[path];
      if (!bytes) throw new Error(`no artifact of ${run} holds ${path}`);
      return JSON.parse(Buffer.from(bytes).toString()) as T;
    },
  };
}

let made: Promise<World> | undefined;
/** The first test that asks runs the graphs; the box is gone after it. */
export const world = (): Promise<World> => {
  made ??= make();
  return made;
};
