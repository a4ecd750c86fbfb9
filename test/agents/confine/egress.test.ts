/** Agents with a list of hosts: what is on it answers, and nothing else does, whatever way is tried. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { bubblewrap } from "../../../engine/agents/confine/bwrap.ts";
import { allows, refusedAddress } from "../../../engine/agents/confine/egress/hosts.ts";
import { whereItRuns } from "../../where-it-runs.ts";
import { ends, trial } from "../api/attempt.ts";
import { FAKES, type Step } from "../cli/fakes/lines.ts";
import { cliScene } from "../cli/scene.ts";
import { provider, STREAMS } from "../proxy/upstream.ts";
import { laptop } from "./place.ts";

const found = await bubblewrap();
const missing = "missing" in found ? found.missing : null;

describe("which hosts are meant", () => {
  it("R-SEC-8: a name is that name, a star is every name below it", () => {
    const hosts = ["registry.npmjs.org", "*.example.org"];
    const of = (host: string) => allows(hosts, host);
    expect(
      ["registry.npmjs.org", "REGISTRY.npmjs.org.", "a.example.org", "a.b.example.org"].filter(of),
    ).toHaveLength(4);
    expect(
      [
        "npmjs.org",
        "xregistry.npmjs.org",
        "registry.npmjs.org.evil.net",
        "example.org",
        ".example.org",
        "",
        "evilexample.org",
      ].filter(of),
    ).toEqual([]);
  });

  it("R-SEC-8: nobody is led to the machine's own link, nor by another's name to the machine", () => {
    const link = ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fd00:ec2::254"];
    expect(link.filter((address) => !refusedAddress("on-the-list.example.org", address))).toEqual([]);
    expect(refusedAddress("169.254.169.254", "169.254.169.254")).toBe(true);
    expect([
      refusedAddress("evil.example.org", "127.0.0.1"),
      refusedAddress("evil.example.org", "::1"),
    ]).toEqual([true, true]);
    expect([
      refusedAddress("localhost", "127.0.0.1"),
      refusedAddress("a.example.org", "93.184.216.34"),
    ]).toEqual([false, false]);
  });
});

/** A web server of this machine; says who asked. */
async function site(): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end("SPOKEN");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

/** Speaks to the proxy by hand: no program's own idea of when to use one. */
const through = (request: string) =>
  `node -e 'const s=require("net").connect(3128,"127.0.0.1");s.write(${JSON.stringify(request)});s.on("data",d=>process.stdout.write(d)).on("error",e=>console.log(e.code))'`;
const direct = (port: number | string, host: string) =>
  `node -e 'require("net").connect(${port},"${host}").on("connect",()=>{console.log("ESCAPED");process.exit()}).on("error",e=>console.log(e.code));setTimeout(()=>process.exit(),1500)'`;

whereItRuns(missing)("an agent with a list of hosts", () => {
  it("R-SEC-8: reaches those of the list by the proxy, plain and by CONNECT, and no other, no address, no metadata", async () => {
    const { port, asked } = await site();
    const at = (host: string) =>
      `GET http://${host}:${port}/plain HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    const open = (host: string) =>
      `CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /tunnel HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    const commands = {
      plain: through(at("localhost")),
      tunnel: through(open("localhost")),
      "another name": through(at("other.example.org")),
      "another tunnel": through(open("other.example.org")),
      "the address": through(open("127.0.0.1")),
      metadata: through(at("169.254.169.254")),
      "not by the proxy": direct(port, "127.0.0.1"),
      "metadata not by the proxy": direct(80, "169.254.169.254"),
      environment: "echo $HTTPS_PROXY $no_proxy",
      "a server of its own": `node -e 'const s=require("net").createServer(c=>c.end("OWN")).listen(0,"127.0.0.1",()=>require("net").connect(s.address().port,"127.0.0.1").on("data",d=>{console.log(String(d));process.exit()}))'`,
    };
    const calls = Object.values(commands).map((command) => ["shell", { command }] as const);
    const place = await laptop();
    const done = await trial([{ calls }, { text: "done" }], {
      at: place.at,
      deps: { sandbox: "required", egress: ["localhost"] },
    });
    const said = Object.fromEntries(
      ends(done.events).map(({ output }, n) => [Object.keys(commands)[n]!, String(output)]),
    );
    expect(said.plain, JSON.stringify(said)).toMatch(/200 OK[\s\S]*SPOKEN/);
    expect(said.tunnel).toMatch(/Connection Established[\s\S]*SPOKEN/);
    for (const name of ["another name", "another tunnel", "the address", "metadata"])
      expect(said[name], name).toContain("403 Forbidden");
    expect(said["not by the proxy"]).toContain("ECONNREFUSED");
    expect(said["metadata not by the proxy"]).toContain("ENETUNREACH");
    expect(said.environment).toContain("http://127.0.0.1:3128 127.0.0.1,localhost");
    expect(said["a server of its own"]).toContain("OWN");
    expect(asked.sort()).toEqual(["/plain", "/tunnel"]);
    expect(done.reply.problem).toBeUndefined();
  });

  it("R-SEC-8, R-AGENT-16: a CLI without a network reaches its model through its proxy, and nobody else", async () => {
    const { port, asked } = await site();
    const upstream = await provider(() => ({ chunks: STREAMS.google_generate_content }));
    const post: Step = {
      post: {
        url: "%GOOGLE_GEMINI_BASE_URL%/v1beta/models/m-1:streamGenerateContent",
        headers: { "x-goog-api-key": "%GEMINI_API_KEY%" },
        body: { contents: [] },
      },
    };
    const place = await laptop();
    const at = cliScene("gemini", {
      ...{ at: place.at, env: { HOME: place.home }, provider: { auth: "key" } },
      deps: {
        ...{ sandbox: "required", egress: [] },
        upstream: { baseUrl: `${upstream.url}/v1beta`, key: "sk-real-key-of-the-test" },
      },
      plan: [
        post,
        { write: { path: "%ATTRACTOR_STATUS_PATH%", text: '{"status":"success"}' } },
        ...FAKES.gemini.begin,
        FAKES.gemini.result,
      ],
    });
    const reply = await at.run();
    expect(reply.problem).toBeUndefined();
    expect(upstream.asked).toHaveLength(1);
    expect(reply.usage).toEqual([expect.objectContaining({ output_tokens: 20 })]);
    expect(at.json("status.json")).toEqual({ status: "success" });

    const other = await laptop();
    const lost = cliScene("gemini", {
      ...{ at: other.at, env: { HOME: other.home }, deps: { sandbox: "required", egress: [] } },
      plan: [
        { post: { url: `http://127.0.0.1:${port}/out`, headers: {}, body: {} } },
        ...FAKES.gemini.begin,
        FAKES.gemini.result,
      ],
    });
    const alone = await lost.run();
    expect(alone.evidence.error_code).toBe("provider_contract");
    expect(asked).toEqual([]);
  });
});
