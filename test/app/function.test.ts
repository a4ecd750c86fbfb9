import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { MOST_BYTES } from "../../app/http/bounded.ts";
import { appFunction } from "../../app/probot/function.ts";
import { type Scene, SECRET, scene } from "./support/scene.ts";

const DOT = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  work [shape=parallelogram, tool_command="x"]; start -> work -> exit }`;
const sign = (body: string) => `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;

/** What a host of functions is: HTTP in front, and perhaps a promise that it keeps the function alive for. */
async function hosted(s: Scene, keepsAlive: boolean) {
  const { appId, privateKey } = s.credentials;
  const app = await appFunction({
    ...{ appId, privateKey, webhookSecret: SECRET, apiUrl: s.box.apiUrl, serverUrl: s.box.url },
    writeGapMs: 0,
    report: (message) => s.failures.push(message),
  });
  const kept: Promise<void>[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const rawBody = Buffer.concat(chunks).toString("utf8");
      const headers = request.headers as Record<string, string>;
      const { status, body } = await app.webhook(
        { headers, rawBody },
        keepsAlive ? (work) => kept.push(work) : undefined,
      );
      response.writeHead(status).end(body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = (body: string, signature = sign(body)) =>
    fetch(url, {
      method: "POST",
      body,
      headers: {
        "x-github-delivery": "d",
        "x-github-event": "issue_comment",
        "x-hub-signature-256": signature,
      },
    });
  return { app, kept, post };
}

async function said(s: Scene): Promise<{ id: number; body: string }> {
  const id = await s.comment("/attractor run g.dot");
  await s.box.idle();
  const [delivery] = [...s.box.world.deliveries.values()].filter((one) => one.event === "issue_comment");
  // So the work lasts longer than any answer takes.
  s.box.faults.add({
    kind: "secondary-limit",
    on: "reactions/create-for-issue-comment",
    retryAfterSeconds: 1,
  });
  return { id, body: delivery!.body };
}

describe("the app as a function", () => {
  it("does its work before the answer where nothing outlives it, and the schedule brings the run to its end", async () => {
    const s = await scene(DOT, { started: false });
    const { app, post } = await hosted(s, false);
    const { id, body } = await said(s);
    expect((await post(body)).status).toBe(200);
    expect(s.reactions(id)).toEqual(["eyes"]);
    expect(s.repository.runs.size).toBe(1);
    await s.settle();
    await app.sweep();
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.failures).toEqual([]);
  });

  it("answers before the work where the host keeps it alive, and the work is done", async () => {
    const s = await scene(DOT, { started: false });
    const { kept, post } = await hosted(s, true);
    const { id, body } = await said(s);
    expect((await post(body)).status).toBe(200);
    expect(s.reactions(id)).toEqual([]);
    await Promise.all(kept);
    expect(s.reactions(id)).toEqual(["eyes"]);
    expect(s.repository.runs.size).toBe(1);
    expect(s.failures).toEqual([]);
  });

  it("takes only what is signed over the very bytes, and no more of them than GitHub sends", async () => {
    const s = await scene(DOT, { started: false });
    const { post } = await hosted(s, false);
    const { id, body } = await said(s);
    const rewritten = JSON.stringify(JSON.parse(body), null, 1);
    expect((await post(rewritten, sign(body))).status).toBe(400);
    const long = `{"filler":"${"x".repeat(MOST_BYTES)}"}`;
    expect((await post(long)).status).toBe(413);
    expect(s.reactions(id)).toEqual([]);
  });
});
