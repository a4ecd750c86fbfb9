/** What a run on GitHub shows when it asks, and leaves elsewhere when it goes: its question, its CXDB context, its traces. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { unzipSync } from "fflate";
import { expect, it, onTestFinished } from "vitest";
import { cxdbDouble } from "../cxdb/double.ts";
import { serve } from "./app.ts";
import { ledgerOf, story } from "./inspect.ts";
import { openPull } from "./pull.ts";
import { scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  plan [shape=parallelogram, label="Plan", tool_command="echo '1. dig deep' > plan.md"]
  ok [shape=hexagon, label="Build this?", show="plan.md, diff"]
  par [shape=component]; join [shape=tripleoctagon]
  hall [shape=parallelogram, tool_command="echo hall > hall.txt"]; cave [shape=parallelogram, tool_command="echo cave > cave.txt"]
  start -> plan -> ok; ok -> par [label="[Y] Yes"]; ok -> plan [label="[N] No"]
  par -> hall -> join; par -> cave -> join; join -> exit
}`;

async function collector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      bodies.push(text);
      response.writeHead(200).end("{}");
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it("R-EASE-6, R-CXDB-1, R-OBS-5: a question shows its plan and diff; hops share one CXDB context; traces come at the end", async () => {
  const [double, traces] = [await cxdbDouble(), await collector()];
  const s = await scene({
    "graphs/game.dot": GRAPH,
    ".github/attractor.yml": `version: 1\ncxdb: { binary_addr: "${double.binary}" }\notlp: { endpoint: "${traces.url}" }\n`,
  });
  const { settle, failures } = await serve(s);
  const { say } = await openPull(s, { settle });
  const run = await say("/attractor run graphs/game.dot");
  expect(failures).toEqual([]);
  const asked = [...s.repository.comments.values()].find(({ user }) => user.type === "Bot")?.body ?? "";
  expect(asked, story(s)).toContain("<details open><summary>plan.md</summary>\n\n```text\n1. dig deep\n```");
  expect(asked).toMatch(
    /<summary>diff<\/summary>\n\n```diff\n[\s\S]*\+\+\+ b\/plan\.md\n@@ line 1 @@\n\+1\. dig deep/,
  );
  const check = [...s.repository.checks.values()].find(({ name }) => name.startsWith("attractor"));
  expect(check?.summary).toContain("1. dig deep");

  await say("/attractor choose ok Yes");
  const log = ledgerOf(s, run);
  expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
  expect(log.filter(({ event }) => event === "warning")).toEqual([]);
  expect(log.filter(({ event }) => event === "cxdb_context")).toHaveLength(1);
  const trunk = double.store.own(1);
  expect(trunk.map((turn) => turn.data[3]).at(-1)).toBe("run_completed");
  expect(double.store.contexts.size).toBe(3);
  const all = [1, 2, 3].flatMap((id) => double.store.own(id).map(({ data: fields }) => Number(fields[1])));
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBe(log.filter(({ event }) => event !== "stage_heartbeat").length);

  const final = [...s.repository.artifacts.values()].find(({ name }) => name.includes("-final-"))!;
  const files = unzipSync(readFileSync(final.file));
  expect(JSON.parse(Buffer.from(files["final.json"]!).toString())).toMatchObject({
    cxdb_context_id: "1",
    cxdb_head_turn_id: String(trunk.at(-1)!.id),
  });
  const spans = JSON.parse(traces.bodies.at(-1)!).resourceSpans[0].scopeSpans[0].spans as { name: string }[];
  expect(spans.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "run graphs/game.dot",
      "execute_tool hall",
      "execute_tool plan",
      "wait for person ok",
    ]),
  );
}, 300_000);
