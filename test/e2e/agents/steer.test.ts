/** Words for an agent in a comment on a pull request, to the request that its model gets. */
import { expect, it } from "vitest";
import { CALLER_PATH } from "../../../github/workflows/init-files.ts";
import { spoken } from "../../agents/api/wire/script.ts";
import { byteServer } from "../../agents/api/wire/server.ts";
import { serve } from "../app.ts";
import { ledgerOf, story } from "../inspect.ts";
import { callerText, scene } from "../support.ts";
import { openPull, ownProvider } from "./on-pull.ts";

const GRAPH = `digraph steered { graph [goal="Paint it"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  go [shape=hexagon, question="Go on?"]; paint [prompt="Paint it"]
  start -> go; go -> paint [label="Yes"]; go -> exit [label="No"]; paint -> exit
}`;

const REPORT = `echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`;

it("R-AGENT-12, AL-9.6: steer reaches the agent's next attempt, once, and the comment is answered", async () => {
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
  const say = await openPull(s, "Paint", settle);
  const run = `c${await say("/attractor run graphs/steered.dot")}`;
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
