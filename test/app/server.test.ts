import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { SECRET, scene } from "./support/scene.ts";

const DOT = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  work [shape=parallelogram, tool_command="x"]; start -> work -> exit }`;
const sign = (body: string, secret = SECRET) =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
const headers = (body: string, more: Record<string, string> = {}) => ({
  "x-github-delivery": "d-1",
  "x-github-event": "ping",
  "x-hub-signature-256": sign(body),
  "content-type": "application/json",
  ...more,
});

describe("the app as a server", () => {
  it("takes only what is signed with the secret, over the raw bytes, up to a size; says why it refuses", async () => {
    const s = await scene(DOT);
    const url = `${s.app!.url}/webhooks`;
    const post = async (body: string, more: Record<string, string> = {}) => {
      const answer = await fetch(url, { method: "POST", body, headers: headers(body, more) });
      return { status: answer.status, text: await answer.text() };
    };
    expect(await post('{"zen": "x" }')).toMatchObject({ status: 200 });
    expect(await post("{}", { "x-hub-signature-256": sign("{}", "other") })).toMatchObject({
      status: 400,
      text: expect.stringContaining("signature does not match"),
    });
    expect(await post("{}", { "x-hub-signature-256": sign("{ }") })).toMatchObject({ status: 400 });
    expect(await post("not json")).toMatchObject({ status: 400, text: expect.stringContaining("not JSON") });
    expect(await fetch(url)).toMatchObject({ status: 404 });
    expect(await tooLarge(s.credentials.port)).toContain("413");
    expect(s.records.filter((one) => one.message === "refused")).not.toHaveLength(0);
  });

  it("tells its health, its counters and one record per delivery and look, with delivery and run ids and no secret", async () => {
    const s = await scene(DOT);
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    expect(await (await fetch(`${s.app!.url}/healthz`)).text()).toBe("ok\n");
    const metrics = await (await fetch(`${s.app!.url}/metrics`)).text();
    expect(metrics).toMatch(/^attractor_deliveries_total\{event="issue_comment"\} [1-9]/m);
    expect(metrics).toMatch(/^attractor_dispatches_total 2$/m);
    expect(metrics).toMatch(/^attractor_api_requests_total\{method="GET",status="200"\} \d+$/m);
    expect(metrics).toMatch(/^attractor_looks_total\{found="ended"\} [1-9]/m);
    expect(metrics).toMatch(/^attractor_failures_total 0$/m);
    const delivery = s.records.find(
      (one) => one.message === "delivery" && one.event === "issue_comment",
    )?.delivery;
    expect(delivery).toEqual(expect.any(String));
    expect(s.records.find((one) => one.message === "looked")).toMatchObject({
      run: `c${id}`,
      deliveries: [delivery],
    });
    expect(JSON.stringify(s.records)).not.toContain(SECRET);
  });

  it("ends by finishing what it began", async () => {
    const s = await scene(DOT);
    const id = await s.comment("/attractor run g.dot");
    await s.until(() => s.reactions(id).length > 0);
    await s.app!.close();
    s.app = null;
    expect(s.failures).toEqual([]);
    expect((await s.log(`c${id}`))[0]).toMatchObject({ event: "run_started" });
  });
});

/** A body that never ends, as far as the server lets it. */
function tooLarge(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const chunk = Buffer.alloc(1024 * 1024, 32);
    let answer = "";
    socket.on("data", (data) => {
      answer += data.toString();
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", () => undefined);
    const claims = Object.entries(headers("")).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(
      `POST /webhooks HTTP/1.1\r\nhost: x\r\ncontent-length: ${64 * chunk.length}\r\n${claims.join("")}\r\n`,
    );
    const more = (): void => {
      while (!socket.destroyed && answer === "" && socket.write(chunk));
      if (!socket.destroyed && answer === "") socket.once("drain", more);
    };
    more();
  });
}
