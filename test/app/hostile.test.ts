import { createHmac } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, onTestFinished } from "vitest";
import { bodies } from "../../app/http/bounded.ts";
import { createStreams } from "../../app/pages/streams.ts";
import { type Scene, SECRET, scene } from "./support/scene.ts";

const TWO = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  first [shape=parallelogram, tool_command="x"]; start -> first -> exit }`;
const MB = 1024 * 1024;

const sign = (body: string) => `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
const forged = {
  "x-github-delivery": "d-1",
  "x-github-event": "ping",
  "x-hub-signature-256": `sha256=${"0".repeat(64)}`,
};

/** Headers of a body of 25 MB, and as much of it as the server takes. Resolves with what it said. */
async function pour(
  s: Scene,
  headers: Record<string, string>,
): Promise<{ socket: Socket; said: () => string }> {
  const socket = connect(s.credentials.port, "127.0.0.1");
  let said = "";
  socket.on("data", (data) => {
    said += String(data);
  });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const lines = Object.entries({ host: "x", "content-length": String(25 * MB), ...headers });
  socket.write(
    `POST /webhooks HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
  );
  const chunk = Buffer.alloc(MB, 32);
  let left = 24;
  const more = (): void => {
    while (left-- > 0 && !socket.destroyed && socket.write(chunk));
    if (left > 0 && !socket.destroyed) socket.once("drain", more);
  };
  more();
  onTestFinished(() => void socket.destroy());
  return { socket, said: () => said };
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What is really kept: garbage does not count. */
function held(): number {
  collect();
  const { external, heapUsed } = process.memoryUsage();
  return external + heapUsed;
}

async function ping(s: Scene): Promise<number> {
  const body = "{}";
  const headers = { ...forged, "x-hub-signature-256": sign(body), "content-type": "application/json" };
  return (await fetch(`${s.app!.url}/webhooks`, { method: "POST", body, headers })).status;
}

describe("the app among strangers", () => {
  it.each([
    ["that claim nothing", {}],
    ["that claim a signature", forged],
  ])(
    "R-SEC-5: 60 connections of 25 MB %s leave memory bounded, and GitHub is heard meanwhile",
    async (_, headers) => {
      const s = await scene(TWO);
      const before = held();
      const poured = await Promise.all(
        Array.from({ length: 60 }, () => pour(s, headers as Record<string, string>)),
      );
      await s.until(() => poured.filter(({ said }) => said() !== "").length >= 58);
      expect(await ping(s)).toBe(200);
      // Two large bodies at once, each 25 MB, and what is on its way.
      expect((held() - before) / MB).toBeLessThan(120);
      for (const { socket } of poured) socket.destroy();
      await s.settle();
      expect(s.failures).toEqual([]);
    },
    120_000,
  );

  it("R-SEC-5: a body that does not come is given up, and its place is free again; nobody is told", async () => {
    const s = await scene(TWO);
    const slow = bodies(50);
    const { createServer } = await import("node:http");
    const answers: (string | null)[] = [];
    const server = createServer((request, response) => {
      void slow.read(request, response).then((text) => {
        answers.push(text);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    for (let n = 0; n < 3; n++) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${20 * MB}\r\n\r\nabc`);
      await once(socket, "close");
    }
    expect(answers).toEqual([null, null, null]);
    const aborted = await pour(s, forged);
    aborted.socket.destroy();
    await s.settle();
    expect(s.failures).toEqual([]);
  }, 120_000);

  it("R-SEC-5: addresses that are none, and requests without a signature, write no error report", async () => {
    const s = await scene(TWO);
    const raw = async (line: string): Promise<string> => {
      const socket = connect(s.credentials.port, "127.0.0.1");
      let said = "";
      socket.on("data", (data) => {
        said += String(data);
      });
      socket.on("error", () => undefined);
      socket.write(`${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
      await once(socket, "close");
      return said;
    };
    expect(await raw("GET //[")).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw("GET /runs/../[")).toMatch(/^HTTP\/1\.1 (?:400|404)/);
    expect(await raw("POST /webhooks")).toMatch(/^HTTP\/1\.1 400/);
    const { status } = await fetch(`${s.app!.url}/webhooks`, { method: "POST", body: "{}", headers: forged });
    expect(status).toBe(400);
    expect(s.failures).toEqual([]);
  }, 60_000);

  it("R-SEC-5: one link's holder cannot take every place of those who watch", () => {
    const streams = createStreams({ everyMs: 1e9, look: () => new Promise(() => undefined) });
    const join = (run: string) => {
      const seen = { status: 0, ended: false };
      const response = {
        writableLength: 0,
        writeHead: (status: number) => {
          seen.status = status;
          return response;
        },
        write: () => true,
        end: () => {
          seen.ended = true;
        },
        destroy: () => undefined,
        on: () => response,
      };
      streams.join("ada/game", run, { headers: {} }, response, {});
      return seen;
    };
    const greedy = Array.from({ length: 250 }, () => join("c1"));
    expect(greedy.filter(({ status }) => status === 200)).toHaveLength(200);
    const others = Array.from({ length: 50 }, (_, n) => join(`d${n}`));
    expect(others.every(({ status, ended }) => status === 200 && !ended)).toBe(true);
    expect(greedy.filter(({ status, ended }) => status === 200 && ended)).toHaveLength(50);
    streams.close();
  });

  it("what a person wrote is repeated as text: no markup, no hidden direction, no mention", async () => {
    const s = await scene(TWO);
    await s.comment("/attractor run <b>x</b>\u202e[y](http://evil.test).dot");
    await s.settle();
    await s.comment("/attractor status <img/src=x>\u202e@ada");
    await s.settle();
    expect(s.replies()).toHaveLength(2);
    for (const reply of s.replies()) {
      expect(reply.replace(/<!--.*-->$/, "")).not.toMatch(/<[a-z/!]|\u202e|\]\(|@ada/);
    }
    expect(s.replies()[0]).toContain("there is no graph");
  }, 60_000);
});
