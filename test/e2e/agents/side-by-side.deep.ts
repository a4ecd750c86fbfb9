/** 64 agents in jobs of their own at once, in the box: no shared state, and totals as the model's server counted. */
import { expect, it } from "vitest";
import { foldAll } from "../../../engine/core/fold.ts";
import { prepare } from "../../../engine/graph/prepare.ts";
import { finalOf } from "../../../engine/ledger/projections/final.ts";
import { CALLER_PATH } from "../../../github/workflows/init-files.ts";
import { allRuns, gitOf, ledgerOf, story } from "../inspect.ts";
import { callerText, scene } from "../support.ts";
import { model, RATES } from "./model.ts";

const COUNT = process.env.ATTRACTOR_TESTS === "share" ? 4 : 64;
const NODES = Array.from({ length: COUNT }, (_, n) => `a${n}`);

const GRAPH = `digraph wide { graph [goal="Show what is seen"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component, max_parallel=${COUNT}]; join [shape=tripleoctagon, merge=all]
  ${NODES.map((node) => `${node} [prompt="Show what is seen"]`).join("\n  ")}
  start -> par; ${NODES.map((node) => `par -> ${node} -> join`).join("; ")}; join -> exit
}`;

const configOf = (url: string): string =>
  JSON.stringify({
    version: 1,
    llm: {
      force_models: { ours: "m-1" },
      providers: {
        ours: {
          ...{
            backend: "api",
            failover: [],
            models: { "m-1": { ...RATES, context: 100_000, max_output: 1000 } },
          },
          api: { protocol: "openai_chat_completions", base_url: `${url}/v1`, api_key_env: "MODEL_KEY" },
        },
      },
    },
  });

const CALLER = callerText({ secrets: ["MODEL_KEY"] });

it(`R-AGENT-20: ${COUNT} agents as hops share nothing, and cost what the server counted`, async () => {
  const server = await model();
  const s = await scene({
    "graphs/wide.dot": GRAPH,
    ".github/attractor.yml": configOf(server.url),
    [CALLER_PATH]: CALLER,
  });
  s.repository.secrets.set("MODEL_KEY", "sk-canary-of-the-provider-5c1e77");
  const run = `r${await s.dispatch({ graph: "graphs/wide.dot" })}`;
  await allRuns(s);
  const log = ledgerOf(s, run);
  expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
  expect(server.received).toHaveLength(2 * COUNT);
  const final = finalOf(foldAll(prepare(GRAPH).pipeline!, log));
  const { tokens, usd } = server.spent();
  expect(final.totals).toMatchObject({ tokens, cost_usd: usd, cost_complete: true });
  const work = `refs/heads/attractor/run/${run}`;
  const seen = NODES.map((node) => gitOf(s, "cat-file", "blob", `${work}:seen-${node}.txt`));
  seen.forEach((text, n) => {
    expect(text).toContain(`ATTRACTOR_NODE_ID=${NODES[n]}\n`);
  });
  for (const name of ["HOME", "USER", "ATTRACTOR_STAGE_DIR", "ATTRACTOR_WORKTREE"]) {
    const values = new Set(seen.map((text) => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1]));
    expect(values.size, name).toBe(COUNT);
  }
}, 3_600_000);
