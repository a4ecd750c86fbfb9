import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { configOf, costOf, model, run } from "./agent-model.ts";
import { finalOf, graph, logOf, named } from "./world.ts";

const NODES = Array.from({ length: 16 }, (_, n) => `a${n}`);

const SOURCE = graph(`fan [shape=component, max_parallel=16]
  join [shape=tripleoctagon, merge=all]
  ${NODES.map((node) => `${node} [prompt="NODE-${node}: write"]`).join("\n")}
  s -> fan; ${NODES.map((node) => `fan -> ${node} -> join`).join("; ")}; join -> e`);

/** Waits for all others: none of them is alone. */
const SHOW = `{ env | grep -E '^ATTRACTOR_(NODE_ID|WORKTREE|STAGE_DIR|STATUS_PATH)='; mktemp -p "\${TMPDIR:-/tmp}" own-XXXX; }`;

it("R-AGENT-20, R-OBS-1: sixteen agents side by side in one process share no folder, and the totals are right to the last digit", async () => {
  const { mock, served } = await model(SHOW);
  const { code, text, root } = await run(
    SOURCE,
    configOf("openai_chat_completions", `${mock.url}/v1`, "glm-test"),
  );
  expect([code, text.slice(-600)]).toEqual([0, expect.any(String)]);
  const final = finalOf(root);
  expect(served).toHaveLength(32);
  expect(final.totals.tokens).toBe(served.reduce((sum, { input, output }) => sum + input + output, 0));
  expect(final.totals.cost_usd).toBeCloseTo(costOf(served), 12);
  expect(final.totals.cost_complete).toBe(true);
  const starts = named(logOf(root), "stage_attempt_start").filter(({ node_id }) => NODES.includes(node_id));
  const ends = named(logOf(root), "stage_attempt_end").filter(({ node_id }) => NODES.includes(node_id));
  // All had begun before the first ended.
  expect(Math.max(...starts.map(({ seq }) => seq))).toBeLessThan(Math.min(...ends.map(({ seq }) => seq)));
  const shown = NODES.map((node) => readFileSync(join(root, "worktree", `${node}.txt`), "utf8").trim());
  shown.forEach((said, n) => {
    expect(said).toContain(`ATTRACTOR_NODE_ID=${NODES[n]}\n`);
  });
  for (const name of ["ATTRACTOR_WORKTREE", "ATTRACTOR_STAGE_DIR", "ATTRACTOR_STATUS_PATH"]) {
    const values = shown.map((said) => new RegExp(`^${name}=(.*)$`, "m").exec(said)?.[1]);
    expect(new Set(values).size, name).toBe(16);
  }
}, 120_000);
