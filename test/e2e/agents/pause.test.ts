import { describe, expect, it } from "vitest";
import { CALLER_PATH } from "../../../github/workflows/init-files.ts";
import { spoken } from "../../agents/api/wire/script.ts";
import { byteServer, status } from "../../agents/api/wire/server.ts";
import { serve } from "../app.ts";
import { ledgerOf, story } from "../inspect.ts";
import { openPull } from "../pull.ts";
import { callerText, scene } from "../support.ts";
import { ownProvider } from "./own-provider.ts";

const GRAPH = `digraph paid { graph [goal="Work that is paid for"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  words [prompt="NODE-words"]; free [shape=parallelogram, tool_command="echo free > free.txt"]
  last [prompt="NODE-last"]
  start -> par; par -> words -> join; par -> free -> join; join -> last -> exit
}`;

const CALLER = callerText({ secrets: ["MODEL_KEY"] });

const UNPAID = { error: { message: "Insufficient Balance", code: "insufficient_quota" } };
const DONE = `echo by-$ATTRACTOR_NODE_ID > $ATTRACTOR_NODE_ID.txt; echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`;

describe("a provider that wants to be paid, in the jobs of a run", () => {
  it("R-AGENT-18: branch and trunk rest, the pull request says what to do, and each resume goes on from there", async () => {
    const unpaid = new Set(["words", "last"]);
    const refused: string[] = [];
    const server = await byteServer((request, nth) => {
      const text = JSON.stringify(request.body);
      const node = text.includes("NODE-last") ? "last" : "words";
      if (unpaid.has(node)) {
        refused.push(node);
        return status(429, UNPAID);
      }
      const done = text.includes("[exit code");
      return spoken(
        "openai_chat_completions",
        done ? { text: "done" } : { calls: [["shell", { command: DONE }]] },
        nth,
      );
    });
    const s = await scene({
      "graphs/paid.dot": GRAPH,
      ".github/attractor.yml": ownProvider(server.url),
      [CALLER_PATH]: CALLER,
    });
    s.repository.secrets.set("MODEL_KEY", "sk-of-the-box-000");
    const { failures, settle } = await serve(s);
    const { say } = await openPull(s, { settle });
    const run = await say("/attractor run graphs/paid.dot");
    const sticky = () =>
      [...s.repository.comments.values()].find((one) => one.body.startsWith("<!-- attractor:run:"))?.body ??
      "";
    const check = () =>
      [...s.repository.checks.values()].findLast((one) => one.name.startsWith("attractor:"));
    const paused = (event: "leg_paused" | "run_paused") =>
      ledgerOf(s, run).filter((line) => line.event === event && "provider" in line);

    expect(failures).toEqual([]);
    expect(refused, story(s)).toEqual(["words"]);
    expect(paused("leg_paused")).toMatchObject([
      { branch_key: "par/v1/01-words", why: "billing", node_id: "words" },
    ]);
    expect(check()).toMatchObject({
      conclusion: "action_required",
      title: "Paused: ours asks for money or time",
    });
    expect(sticky()).toContain("### ⏸️ graphs/paid.dot is paused");
    expect(sticky()).toContain("Insufficient Balance");
    expect(sticky()).toContain(`/attractor resume ${run}`);

    unpaid.delete("words");
    await say("/attractor resume");
    expect(refused, story(s)).toEqual(["words", "last"]);
    expect(paused("run_paused")).toMatchObject([{ node_id: "last", attempt: 1, provider: "ours" }]);

    unpaid.delete("last");
    await say("/attractor resume");
    expect(failures).toEqual([]);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    const attempts = log.flatMap((line) =>
      line.event === "stage_attempt_start" && ["words", "free", "join", "last"].includes(line.node_id)
        ? [`${line.node_id} ${line.visit}.${line.attempt}`]
        : [],
    );
    expect(attempts.toSorted()).toEqual([
      "free 1.1",
      "join 1.1",
      "last 1.1",
      "last 1.2",
      "words 1.1",
      "words 1.2",
    ]);
    expect(check()).toMatchObject({ conclusion: "success" });
    s.box.assertClean();
  }, 300_000);
});
