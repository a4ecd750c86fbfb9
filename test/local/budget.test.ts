/** Bounds of a run with real agents, real processes and a model server (R-OBS-3). */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configOf, greedy } from "./greedy-model.ts";
import { here } from "./here.ts";
import { finalOf, folder, graph, logOf, named, repository } from "./world.ts";

/** What one call costs here: 20,000 tokens in, 900 out. */
const CALL = 0.0735;
const agent = (id: string) => `${id} [prompt="NODE-${id}", llm_model=m, max_retries=0]`;

async function begun(source: string, config: string) {
  process.env.OURS_API_KEY = "sk-test-not-a-real-key-000";
  const repo = repository({ "g.dot": source, "c.yml": config });
  const root = join(folder(), "run");
  const at = ["--config", join(repo, "c.yml"), "--workdir", repo, "--logs-root", root];
  const { code } = await here("run", join(repo, "g.dot"), ...at);
  return { code, root, resume: async (...args: string[]) => (await here("resume", root, ...args)).code };
}

const LINE = graph(`${agent("a")}; ${agent("b")}; ${agent("c")}; s -> a -> b -> c -> e`);

describe("R-OBS-3: a run with a bound", () => {
  it.each([
    ["usd", 4.2 * CALL, 20 * CALL],
    ["tokens", Math.floor(4.05 * 20_900), 20 * 20_900],
  ] as const)(
    "%s: stops before the call that could be too much, and with more goes on without repeating anything",
    async (what, bound, more) => {
      const mock = await greedy(() => false);
      const { code, root, resume } = await begun(LINE, configOf(mock, `budget: { ${what}: ${bound} }`));
      const spent = () => finalOf(root).totals[what === "usd" ? "cost_usd_known" : "tokens"];
      expect([code, finalOf(root).failure_class]).toEqual([1, "budget_exhausted"]);
      expect(spent()).toBeLessThanOrEqual(bound);
      const warned = named(logOf(root), "warning").map(({ code: warning }) => warning);
      expect(warned).toContain(`budget_${what}_nearly_spent`);
      expect(await resume("--budget", `${what}=${more}`)).toBe(0);
      expect(finalOf(root).status).toBe("success");
      // a and b ended before; of c only what was refused is done anew.
      const ends = named(logOf(root), "stage_attempt_end").filter(({ handler }) => handler === "agent");
      expect(ends.filter(({ status }) => status === "success").map(({ node_id }) => node_id)).toEqual([
        "a",
        "b",
        "c",
      ]);
    },
  );

  it("holds for branches at once: none spends what another was given", async () => {
    const mock = await greedy(() => false);
    const ids = Array.from({ length: 8 }, (_, nth) => `w${nth}`);
    const source = graph(
      `fan [shape=component, max_parallel=8]; ${ids.map(agent).join("; ")}; join [shape=tripleoctagon]
       s -> fan; ${ids.map((id) => `fan -> ${id} -> join`).join("; ")}; join -> e; join -> e [condition="outcome=fail"]`,
    );
    // Enough for ten calls; each branch wants two.
    const { root } = await begun(source, configOf(mock, `budget: { usd: ${10 * CALL} }`));
    const log = logOf(root);
    const reserved = Object.values(named(log, "budget_reserved")[0]!.usd!);
    expect(reserved.reduce((sum, usd) => sum + usd, 0)).toBeLessThanOrEqual(10 * CALL + 1e-9);
    expect(finalOf(root).totals.cost_usd_known).toBeLessThanOrEqual(10 * CALL);
    expect(finalOf(root).totals.cost_usd_known).toBeGreaterThan(7 * CALL);
    expect(named(log, "budget_settled")).toHaveLength(8);
  });

  it("says how a bound is written", async () => {
    const mock = await greedy(() => false);
    const { resume } = await begun(
      graph(`${agent("a")}; s -> a -> e`),
      configOf(mock, "budget: { usd: 0.0001 }"),
    );
    expect(await resume("--budget", "dollars=3")).toBe(2);
  });
});
