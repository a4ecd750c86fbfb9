/** What was tried on the app and held, kept so that it goes on holding. */
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseCommand } from "../../github/commands/parse.ts";
import { type Scene, SECRET, scene } from "./support/scene.ts";

const GATE = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  ask [shape=hexagon, label="Ship?"]; yes [shape=parallelogram, tool_command="x"]
  start -> ask; ask -> yes [label="[S] Ship"]; ask -> exit [label="[D] Drop"]; yes -> exit }`;

type Payload = Record<string, never> & {
  action: string;
  repository: { full_name: string };
  comment: { body: string; user: { type: string } | null };
};

/** The delivery of a comment, changed and signed again, as only GitHub could. */
async function changed(s: Scene, comment: number, change: (payload: Payload) => void): Promise<number> {
  const sent = [...s.box.world.deliveries.values()].find(({ body }) => body.includes(`"id":${comment},`));
  const payload = JSON.parse(sent!.body) as Payload;
  change(payload);
  const body = JSON.stringify(payload);
  const answer = await fetch(`${s.app!.url}/webhooks`, {
    method: "POST",
    body,
    headers: {
      "x-github-delivery": randomUUID(),
      "x-github-event": "issue_comment",
      "x-hub-signature-256": `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`,
      "content-type": "application/json",
    },
  });
  await s.settle();
  return answer.status;
}
const ofTheApp = (s: Scene) =>
  s.box.requests.filter(({ caller }) => caller.startsWith("installation")).length;

describe("tried and held", () => {
  it.each([
    "／attractor cancel",
    "/аttractor cancel",
    "\u200b/attractor cancel",
    "\u202e/attractor cancel",
    "/attr\u00adactor cancel",
    "/attractor\u200b cancel",
    "/ATTRACTOR cancel",
    "∕attractor cancel",
    "⁄attractor cancel",
  ])("R-GH-8: %j is no command", (text) => {
    expect(parseCommand(text)).toEqual({ kind: "none" });
  });

  it("R-GH-8: comments of bots and of accounts that are gone, edits and deletions ask GitHub nothing", async () => {
    const s = await scene(GATE);
    const said = await s.comment("hello");
    await s.settle();
    const before = ofTheApp(s);
    for (const change of [
      (payload: Payload) => {
        payload.comment.user = null;
      },
      (payload: Payload) => {
        payload.comment.user = { ...payload.comment.user, type: "Bot" };
      },
      (payload: Payload) => {
        payload.action = "edited";
      },
      (payload: Payload) => {
        payload.action = "deleted";
      },
    ]) {
      const status = await changed(s, said, (payload) => {
        payload.comment.body = "/attractor run g.dot";
        change(payload);
      });
      expect(status).toBe(200);
    }
    expect(ofTheApp(s)).toBe(before);
    expect(s.failures).toEqual([]);
  }, 120_000);

  it("R-GH-8: names that lead elsewhere open nothing: of repositories, of runs, of pages", async () => {
    const s = await scene(GATE);
    const run = await s.comment("/attractor run g.dot");
    await s.settle();
    for (const name of ["../../user", "ada/game/../other", "ada/..", "ada/game#", "%2e%2e/x", ""]) {
      await changed(s, run, (payload) => {
        payload.repository.full_name = name;
        payload.comment.body = "/attractor cancel";
      });
    }
    for (const named of ["../../heads/main", "..", "c1/../../x", "%2e%2e%2fx", "a b"]) {
      await s.comment(`/attractor cancel ${named}`);
      await s.comment(`/attractor cancel --run ${named}`);
    }
    await s.settle();
    for (const path of [
      "/runs/../metrics/x",
      "/runs/ada/game/..%2f..%2fx",
      "/runs/%2e%2e/x",
      "/runs//x/y",
      "/runs/-/../../x",
    ]) {
      const { status } = await fetch(`${s.app!.url}${path}`);
      expect([403, 404]).toContain(status);
    }
    expect((await s.log(`c${run}`)).at(-1)).toMatchObject({ event: "human_gate_waiting" });
    expect((await fetch(`${s.app!.url}/healthz`)).status).toBe(200);
  }, 120_000);

  it("R-SEC-5: 300 connections that never end their headers keep no webhook out", async () => {
    const s = await scene(GATE);
    for (let n = 0; n < 300; n++) {
      const socket = connect(s.credentials.port, "127.0.0.1");
      socket.on("error", () => undefined);
      onTestFinished(() => void socket.destroy());
      await once(socket, "connect");
      socket.write("POST /webhooks HTTP/1.1\r\nhost: x\r\n");
    }
    const said = await s.comment("/attractor help");
    await s.settle();
    expect(s.reactions(said)).toEqual(["eyes"]);
  }, 120_000);

  it("no secret, key, token or signed link is in the log or in what is reported", async () => {
    const s = await scene(GATE);
    s.box.faults.add({ kind: "error-before", on: "git/list-matching-refs", times: 20 });
    s.box.faults.add({ kind: "bad-credentials", on: "git/create-tree", times: 3 });
    await s.comment("/attractor run g.dot");
    await s.settle();
    await s.app!.sweep();
    await s.settle();
    expect(s.failures.length).toBeGreaterThan(0);
    const text = JSON.stringify([s.records, s.failures]);
    const tokens = [...s.box.world.tokens.keys()];
    expect(tokens.length).toBeGreaterThan(1);
    for (const secret of [SECRET, s.credentials.privateKey.split("\n")[1]!, ...tokens])
      expect(text).not.toContain(secret);
    expect(text).not.toMatch(/[?&]sig=|BEGIN [A-Z ]*PRIVATE KEY|bearer /i);
  }, 120_000);
});
