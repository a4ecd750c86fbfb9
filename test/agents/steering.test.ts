/** Words for an agent at work: from files of the run folder, and from the run's log. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { BackendChoice } from "../../engine/agents/choose.ts";
import type { AgentReply } from "../../engine/agents/port.ts";
import { settingsOf } from "../../engine/agents/settings.ts";
import { runAgent } from "../../engine/agents/stage/run.ts";
import { sendSteering, steeringOf } from "../../engine/agents/steering.ts";
import type { StageNote, Words } from "../../engine/stages/port.ts";
import { agent, type Scene, scene, tempDir } from "../stages/scene.ts";

const SECRET = "hunter2hunter22-hunter2hunter22";

const node = (logsRoot: string, id: string) =>
  steeringOf({ logsRoot, stage: { id }, signal: new AbortController().signal, note: () => undefined });

it("AL-9.6: words in files are handed over once, in order, to the node that they are for", async () => {
  const root = tempDir();
  await sendSteering(root, "it", { text: "one", by: "a" }, 1);
  await sendSteering(root, "it", { text: "two", by: "a" }, 20);
  await sendSteering(root, "../other", { text: "three", by: "a" }, 3);
  const steering = node(root, "it");
  expect([await steering.take(), await steering.take()]).toEqual([["one", "two"], []]);
  expect(await node(root, "../other").take()).toEqual(["three"]);
  expect(await node(root, "nobody").take()).toEqual([]);
});

it("R-SEC-4: a word to an agent that is too long is cut between lines, where no secret stands", async () => {
  const root = tempDir();
  const text = `${"first line\n".repeat(5957)}${SECRET} ${"y".repeat(5000)}`;
  await sendSteering(root, "it", { text, by: "ada" }, 1);
  const [heard] = await node(root, "it").take();
  expect(heard!.length).toBeGreaterThan(60_000);
  expect(heard).not.toContain(SECRET.slice(0, 4));
  // The control: the cut would have gone through it.
  expect(text.slice(0, 64 * 1024)).toMatch(/hunt[^ ]*$/);
  expect(text.slice(0, 64 * 1024)).not.toContain(SECRET);
});

/** A log that takes words back when it is told that an agent has heard them. */
function logged() {
  const waiting: { id: string; text: string }[] = [];
  const notes: StageNote[] = [];
  let looks = 0;
  const words: Words = {
    look: async () => {
      looks++;
    },
    waiting: () => waiting,
  };
  const note = (one: StageNote) => {
    notes.push(one);
    const at = waiting.findIndex(({ id }) => id === one.command_id);
    if (at >= 0) waiting.splice(at, 1);
  };
  const stop = new AbortController();
  const attempt = () =>
    steeringOf({ logsRoot: tempDir(), stage: { id: "it" }, words, signal: stop.signal, note });
  return { waiting, notes, attempt, words, note, stop, looks: () => looks };
}

it("R-AGENT-12: words of the log are given once, and told once the agent has answered with them", async () => {
  const log = logged();
  log.waiting.push({ id: "c1", text: "one" });
  const first = log.attempt();
  expect(await first.take()).toEqual(["one"]);
  expect(await first.take()).toEqual([]);
  log.waiting.push({ id: "c2", text: "two" });
  expect(await first.take()).toEqual(["two"]);
  first.answered(3);
  expect(log.notes).toEqual([
    { event: "agent_told", command_id: "c1", turn: 3 },
    { event: "agent_told", command_id: "c2", turn: 3 },
  ]);
  first.answered(4);
  expect(log.notes).toHaveLength(2);
  expect(await log.attempt().take()).toEqual([]);
  expect(log.looks()).toBe(4);
});

it("R-AGENT-12: an attempt that fails before it answers loses nothing; one that is stopped takes nothing", async () => {
  const log = logged();
  log.waiting.push({ id: "c1", text: "one" });
  expect(await log.attempt().take()).toEqual(["one"]);
  expect(await log.attempt().take()).toEqual(["one"]);
  log.stop.abort("enough");
  expect(await log.attempt().take()).toEqual([]);
  expect(log.notes).toEqual([]);
});

const one = ({ reply, name, stage }: { reply: AgentReply; name: string; stage: Scene }) => {
  const choice: BackendChoice = {
    ...{ ok: true, failover: [], pinned: false },
    first: {
      ...{ provider: "own", model: null, source: "graph_attrs", kind: "cli" },
      settings: settingsOf(stage.request.stage),
      open: async () => ({ name, simulated: false, run: async () => reply }),
    },
  };
  return { choose: () => choice, parentEnv: process.env, passEnv: [] };
};

it("R-AGENT-12: an agent that hears nothing while it works finds in its prompt what waited for it, once", async () => {
  const log = logged();
  const given = { words: log.words, note: log.note };
  const success: AgentReply = { response: "", evidence: {}, outcome: { status: "success" } };
  const prompts: string[] = [];
  const attempt = async (reply: AgentReply, name = "claude") => {
    const stage = scene(agent(), given);
    await runAgent(stage.request, one({ reply, name, stage }));
    prompts.push(readFileSync(join(stage.stageDir, "prompt.md"), "utf8"));
  };
  log.waiting.push({ id: "c1", text: "USE-BLUE" });
  // It hears by itself, between two turns.
  await attempt(success, "api");
  await attempt({ response: "", evidence: { error_code: "configuration" }, problem: "no such command" });
  expect(log.notes.filter(({ event }) => event === "agent_told")).toEqual([]);
  await attempt(success);
  await attempt(success);
  expect(prompts.map((prompt) => prompt.split("USE-BLUE").length - 1)).toEqual([0, 1, 1, 0]);
  expect(prompts[1]).toContain("# Said to you by a person meanwhile\nUSE-BLUE\n\n# How to report");
  expect(log.notes).toContainEqual({ event: "agent_told", command_id: "c1", turn: 0 });
});
