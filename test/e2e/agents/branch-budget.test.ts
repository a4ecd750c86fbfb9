/** Branches in jobs of their own under one budget: each stops before the call that it could not pay (R-OBS-3). */
import { expect, it } from "vitest";
import { foldAll } from "../../../engine/core/fold.ts";
import { prepare } from "../../../engine/graph/prepare.ts";
import { finalOf } from "../../../engine/ledger/projections/final.ts";
import { CALLER_PATH } from "../../../github/workflows/init-files.ts";
import { spoken } from "../../agents/api/wire/script.ts";
import { byteServer } from "../../agents/api/wire/server.ts";
import { allRuns, ledgerOf, story } from "../inspect.ts";
import { callerText, scene } from "../support.ts";

const BRANCHES = Array.from({ length: 6 }, (_, n) => `b${n}`);
const BUDGET = 0.12;

const GRAPH = `digraph wide { graph [goal="Talk for ever"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component, max_parallel=6]; join [shape=tripleoctagon, join_policy=wait_all]
  ${BRANCHES.map((node) => `${node} [prompt="NODE-${node}", auto_status=true]`).join("; ")}
  start -> par; ${BRANCHES.map((node) => `par -> ${node} -> join`).join("; ")}
  join -> exit; join -> exit [condition="outcome=fail"]
}`;

/** US dollars for a million tokens; the server tells of 110 tokens in, 200 from the cache, 77 out. */
const RATES = { input: 1, output: 10, cache_read: 0.1, cache_write: 2 };
const CALL = (110 + 200 * 0.1 + 77 * 10) / 1e6;

it("R-OBS-3: branches on GitHub never spend more than their parts together, and each stops by a typed end", async () => {
  const asked: string[] = [];
  // Never done: it is the budget that ends it.
  const server = await byteServer((request, nth) => {
    asked.push(/NODE-(b\d)/.exec(JSON.stringify(request.body))?.[1] ?? "?");
    return spoken("openai_chat_completions", { calls: [["shell", { command: `echo ${nth}` }]] }, nth);
  });
  const api = { protocol: "openai_chat_completions", base_url: `${server.url}/v1`, api_key_env: "MODEL_KEY" };
  const models = { "m-1": { ...RATES, context: 100_000, max_output: 600 } };
  const s = await scene({
    "graphs/wide.dot": GRAPH,
    ".github/attractor.yml": JSON.stringify({
      version: 1,
      budget: { usd: BUDGET },
      llm: {
        force_models: { ours: "m-1" },
        providers: { ours: { backend: "api", api, models, failover: [] } },
      },
    }),
    [CALLER_PATH]: callerText({ secrets: ["MODEL_KEY"] }),
  });
  s.repository.secrets.set("MODEL_KEY", "sk-of-the-box-000");
  const run = `r${await s.dispatch({ graph: "graphs/wide.dot" })}`;
  await allRuns(s);
  server.close();
  const log = ledgerOf(s, run);
  const [reserved] = log.filter((event) => event.event === "budget_reserved");
  const parts = Object.values(reserved?.usd ?? {});
  expect(parts, story(s)).toHaveLength(BRANCHES.length);
  expect(parts.reduce((sum, usd) => sum + usd, 0)).toBeLessThanOrEqual(BUDGET + 1e-9);

  // What was paid is what the server answered, and no branch beyond its part.
  const paid = Map.groupBy(asked, (node) => node);
  expect([...paid.keys()].sort()).toEqual(BRANCHES);
  for (const [node, calls] of paid) expect(calls.length * CALL, node).toBeLessThanOrEqual(parts[0]!);
  const final = finalOf(foldAll(prepare(GRAPH).pipeline!, log));
  expect(final.totals.cost_usd).toBeCloseTo(asked.length * CALL, 9);
  expect(final.totals.cost_usd).toBeLessThanOrEqual(BUDGET);
  // Each was refused its next call, not cut in it.
  const joined = JSON.stringify(log.find((event) => event.event === "fanout_joined"));
  expect(joined).toContain("budget_exhausted");
  expect(joined).toContain("this call could cost");
  s.box.assertClean();
}, 300_000);
