import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BackendChoice } from "../../../engine/agents/choose.ts";
import type { AgentReply, AgentRequest } from "../../../engine/agents/port.ts";
import { keepSession, loadSession, MOST_BYTES } from "../../../engine/agents/sessions/store.ts";
import { threadOf } from "../../../engine/agents/sessions/thread.ts";
import { settingsOf } from "../../../engine/agents/settings.ts";
import { runAgent } from "../../../engine/agents/stage/run.ts";
import { prepare } from "../../../engine/graph/prepare.ts";
import { agent, nextAttempt, scene, tempDir } from "../../stages/scene.ts";

const mask = (text: string) => text.replaceAll("hunter2hunter22", "***");

function thread(node: string, edge = "", graph = "", previous: string | null = "plan", restarts = 0) {
  const { pipeline } = prepare(
    `digraph g { ${graph} start [shape=Mdiamond]; exit [shape=Msquare]; it [prompt=x ${node}]; start -> it [label=a ${edge}]; it -> exit }`,
  );
  const stage = pipeline!.stages.get("it")!;
  return threadOf({
    pipeline: pipeline!,
    stage,
    via: pipeline!.into.get("it")![0]!.index,
    previous,
    restarts,
  });
}

describe("which conversation", () => {
  it("R-CTX-2: node, then edge, then graph, then first class, then the node before, then itself", () => {
    const [node, edge, graph] = [', thread_id="n", class="c,d"', ', thread_id="e"', 'thread_id="g";'];
    expect(thread(node, edge)).toBe("n");
    expect(thread(', class="c,d"', edge)).toBe("e");
    expect(thread(', class="c,d"')).toBe("c");
    expect(thread("")).toBe("plan");
    expect(thread("", "", "", null)).toBe("it");
    expect([thread(node), thread(node, "", "", null, 2)]).toEqual(["n", "n#2"]);
    expect(thread(', class="c,d"', "", graph)).toBe("g");
  });
});

describe("a conversation that is kept", () => {
  const session = {
    backend: "own",
    provider: "own",
    model: null,
    data: { said: "the word is hunter2hunter22" },
  };

  it("R-CTX-2: is masked, for the driver alone, and a branch goes on with what was said before it began", async () => {
    const logsRoot = tempDir();
    expect(await keepSession({ logsRoot, scope: "", thread: "t" }, session, mask)).toBe(true);
    const masked = { ...session, data: { said: "the word is ***" } };
    expect(await loadSession({ logsRoot, scope: "fan/v1/01-a", thread: "t" })).toEqual(masked);
    expect(await loadSession({ logsRoot, scope: "", thread: "other" })).toBeNull();
    await keepSession({ logsRoot, scope: "fan/v1/01-a", thread: "t" }, { ...session, data: 1 }, mask);
    expect((await loadSession({ logsRoot, scope: "fan/v1/01-a", thread: "t" }))?.data).toBe(1);
    expect(await loadSession({ logsRoot, scope: "", thread: "t" })).toEqual(masked);
    const folder = join(logsRoot, "sessions");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder))
      expect(readFileSync(join(folder, name), "utf8")).not.toContain("hunter2hunter22");
  });

  it("R-CTX-2: is bounded: what is too large is not kept, and neither is what was there before it", async () => {
    const place = { logsRoot: tempDir(), scope: "", thread: "t" };
    await keepSession(place, session, mask);
    expect(await keepSession(place, { ...session, data: "x".repeat(MOST_BYTES) }, mask)).toBe(false);
    expect(await loadSession(place)).toBeNull();
  });
});

describe("an agent stage with a conversation", () => {
  const asked: AgentRequest[] = [];
  const choose =
    (provider: string) =>
    ({ stage }: { stage: Parameters<typeof settingsOf>[0] }): BackendChoice => ({
      ok: true,
      first: {
        provider,
        model: null,
        source: "graph_attrs",
        kind: "cli",
        settings: settingsOf(stage),
        open: async () => ({
          name: "own",
          simulated: false,
          run: async (request): Promise<AgentReply> => {
            asked.push(request);
            return {
              response: "",
              evidence: {},
              outcome: { status: "success" },
              session: { backend: "own", provider, model: null, data: asked.length },
            };
          },
        }),
      },
      failover: [],
      pinned: false,
    });
  const options = (provider: string) => ({ choose: choose(provider), parentEnv: process.env, passEnv: [] });

  it("R-CTX-2: is given it, without an account of the run; with another provider it begins anew with one, and says so once", async () => {
    const history = [{ node: "earlier", visits: 1, status: "success" }];
    const first = scene(agent(", fidelity=full"), { thread: "talk", history });
    const { outcome } = await runAgent(first.request, options("one"));
    expect(outcome.context_updates).toMatchObject({ "session.talk": "it" });
    expect([asked[0]!.session, asked[0]!.prompt.includes("earlier")]).toEqual([null, true]);

    const second = nextAttempt(first);
    await runAgent(second.request, options("one"));
    expect([asked[1]!.session?.data, asked[1]!.prompt.includes("earlier")]).toEqual([1, false]);
    expect(first.notes.filter(({ code }) => code === "session_not_resumed")).toEqual([]);

    await runAgent(nextAttempt(first, 3).request, options("two"));
    expect([asked[2]!.session, asked[2]!.prompt.includes("earlier")]).toEqual([null, true]);
    await runAgent(nextAttempt(first, 4).request, options("two"));
    expect(asked[3]!.session?.data).toBe(3);
    expect(first.notes.filter(({ code }) => code === "session_not_resumed")).toHaveLength(1);
  });

  it("R-CTX-2: in another job, where it is not, it begins anew with an account and an event", async () => {
    const context = { "session.talk": "plan" };
    const elsewhere = scene(agent(", fidelity=full"), { thread: "talk", context });
    await runAgent(elsewhere.request, options("one"));
    expect(asked.at(-1)!.session).toBeNull();
    expect(asked.at(-1)!.prompt).not.toContain("session.talk");
    expect(elsewhere.notes.find(({ code }) => code === "session_not_resumed")?.message).toContain(
      "summary:high): what plan said is not on this machine",
    );
  });
});
