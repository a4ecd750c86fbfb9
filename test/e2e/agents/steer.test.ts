/** Words for an agent in a comment on a pull request, to the request that its model gets. */
import { expect, it, onTestFinished } from "vitest";
import { CALLER_PATH } from "../../../github/workflows/init-files.ts";
import { spoken } from "../../agents/api/wire/script.ts";
import { byteServer } from "../../agents/api/wire/server.ts";
import { serve } from "../app.ts";
import { ledgerOf, story } from "../inspect.ts";
import { openPull } from "../pull.ts";
import { callerText, scene } from "../support.ts";
import { ownProvider } from "./own-provider.ts";

const GRAPH = `digraph steered { graph [goal="Paint it"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  go [shape=hexagon, question="Go on?"]; paint [prompt="Paint it"]
  start -> go; go -> paint [label="Yes"]; go -> exit [label="No"]; paint -> exit
}`;

const REPORT = `echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`;

it("R-AGENT-12, AL-9.6: steer reaches an agent that does not run yet, once, and the comment is answered", async () => {
  const server = await byteServer((request, nth) => {
    const done = JSON.stringify(request.body).includes("[exit code");
    const turn = done ? { text: "painted" } : { calls: [["shell", { command: REPORT }]] as const };
    return spoken("openai_chat_completions", turn, nth);
  });
  const s = await scene({
    "graphs/steered.dot": GRAPH,
    ".github/attractor.yml": ownProvider(server.url),
    [CALLER_PATH]: callerText({ secrets: ["MODEL_KEY"] }),
  });
  s.repository.secrets.set("MODEL_KEY", "sk-of-the-box-000");
  const { failures, settle } = await serve(s);
  const { say } = await openPull(s, { settle });
  const run = await say("/attractor run graphs/steered.dot");
  await say('/attractor steer paint "WORDS-OF-ADA: use blue"');
  await say("/attractor steer nobody hello");
  const replies = [...s.repository.comments.values()].map(({ body }) => body);
  expect(replies.some((body) => body.includes("is told when it runs next"))).toBe(true);
  expect(replies.some((body) => body.includes("is no agent of this run; name one of paint"))).toBe(true);
  await say("/attractor choose go Yes");
  server.close();
  expect(failures).toEqual([]);
  const log = ledgerOf(s, run);
  expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
  const told = server.received.map(({ body }) => JSON.stringify(body).split("WORDS-OF-ADA").length - 1);
  // Between two turns, and from then on in the conversation.
  expect(told[0]).toBe(0);
  expect(told.slice(1).every((times) => times === 1)).toBe(true);
  expect(told.length).toBeGreaterThan(1);
  s.box.assertClean();
}, 300_000);

const AT_WORK = `digraph work { graph [goal="Paint it"]
  start [shape=Mdiamond]; exit [shape=Msquare]; fan [shape=component]; join [shape=tripleoctagon]
  paint [prompt="TASK-paint"]; left [prompt="TASK-left"]; right [prompt="TASK-right"]
  start -> paint -> fan; fan -> left -> join; fan -> right -> join; join -> exit
}`;

it("R-AGENT-12, AL-9.6: steer reaches an agent at work before its next turn, in the trunk and in a branch, and is told once", async () => {
  /** Works on until it is told to stop: a minute at most. */
  const server = await byteServer((request, nth) => {
    const body = JSON.stringify(request.body);
    const done = body.includes("REPORTED");
    const told = body.includes("WORDS-FOR") || body.includes("TASK-right");
    const turns = request.body.messages.length;
    const command = told || turns > 120 ? `${REPORT}; echo REPORTED` : "sleep 1";
    return spoken(
      "openai_chat_completions",
      done ? { text: "done" } : { calls: [["shell", { command }]] },
      nth,
    );
  });
  onTestFinished(() => server.close());
  const s = await scene({
    "graphs/work.dot": AT_WORK,
    ".github/attractor.yml": ownProvider(server.url),
    [CALLER_PATH]: callerText({ secrets: ["MODEL_KEY"] }),
  });
  s.repository.secrets.set("MODEL_KEY", "sk-of-the-box-000");
  const { failures, settle } = await serve(s);
  const { say } = await openPull(s);
  const asked = (node: string) =>
    server.received.map(({ body }) => JSON.stringify(body)).filter((body) => body.includes(`TASK-${node}`));
  const run = await say("/attractor run graphs/work.dot");
  const soon = { timeout: 120_000, interval: 250 };
  await expect.poll(() => asked("paint").length, soon).toBeGreaterThan(0);
  await expect.poll(() => ledgerOf(s, run).map(({ event }) => event), soon).toContain("provider_selected");
  await say('/attractor steer paint "WORDS-FOR-paint"');
  await expect.poll(() => asked("left").length, soon).toBeGreaterThan(0);
  await say('/attractor steer left "WORDS-FOR-left"');
  await settle();
  expect(failures).toEqual([]);
  const log = ledgerOf(s, run);
  expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
  const replies = [...s.repository.comments.values()].map(({ body }) => body).join("\n");
  expect(replies).toContain("<code>paint</code> runs now and is told at its next turn");
  expect(replies).toContain(
    "<code>left</code> is told at its next turn if it runs now, else when it runs next",
  );
  for (const node of ["paint", "left"]) {
    const times = asked(node).map((body) => body.split(`WORDS-FOR-${node}`).length - 1);
    expect(times[0]).toBe(0);
    // In its own conversation, once, and from then on; by its end and not by the test's limit.
    expect(times.indexOf(1), `${times}`).toBeGreaterThan(0);
    expect(times.slice(times.indexOf(1))).toEqual([1, 1]);
    const heard = log.filter((event) => event.event === "agent_told" && event.node_id === node);
    expect(heard).toMatchObject([{ attempt: 1, turn: times.indexOf(1) + 1 }]);
    const ends = log.filter((event) => event.event === "stage_attempt_end" && event.node_id === node);
    expect(ends).toHaveLength(1);
  }
  expect(asked("right").join()).not.toContain("WORDS-FOR");
  s.box.assertClean();
}, 300_000);
