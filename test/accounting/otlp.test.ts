/** Traces to a real HTTP receiver: what arrives, what is tried again, and that nothing is sent unasked. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { accountOf } from "../../engine/accounting/account.ts";
import { type OtlpSpan, spansOf } from "../../engine/accounting/otlp.ts";
import { OTLP } from "../../engine/accounting/otlp-names.ts";
import { HISTORIES, history } from "../histories/read.ts";
import { here } from "../local/here.ts";
import { folder, graph, ran, repository, tool } from "../local/world.ts";

interface Received {
  readonly path: string;
  readonly type: string;
  readonly key: string;
  readonly body: {
    resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: Span[] }[] }[];
  };
}
interface Attribute {
  readonly key: string;
  readonly value: Record<string, unknown>;
}
type Span = Omit<OtlpSpan, "attributes"> & { attributes: Attribute[] };

async function collector(statuses: readonly number[] = [], answer = "{}") {
  const received: Received[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      const status = statuses[asked++] ?? 200;
      if (status === 200)
        received.push({
          path: request.url ?? "",
          type: request.headers["content-type"] ?? "",
          key: String(request.headers["x-key"] ?? ""),
          body: JSON.parse(text),
        });
      response.writeHead(status, { "retry-after": "0" }).end(status === 200 ? answer : "busy now");
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, asked: () => asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const spans = ({ body }: Received): Span[] => body.resourceSpans[0]!.scopeSpans[0]!.spans;
const attribute = (attributes: Attribute[], key: string): unknown =>
  Object.values(attributes.find((one) => one.key === key)?.value ?? {})[0];

const USAGE = {
  provider: "zai",
  model: "glm",
  input_tokens: 100,
  output_tokens: 20,
  cache_read_tokens: 30,
  cost_usd: 0.5,
};
const WORK = graph(
  `ask [prompt="x"]; ${tool("t", "exit 3")}; s -> ask -> t; t -> e [condition="outcome=success"]`,
);

const started = (repo: string): string[] => [
  ...["run", join(repo, "g.dot"), "--config", join(repo, "c.yml")],
  ...["--workdir", repo, "--logs-root", join(folder(), "run")],
];

describe("traces", () => {
  it.each(HISTORIES)(
    "of %s form one tree, end after they begin, and use no name beside the table's",
    (name) => {
      const account = accountOf(history(name).log);
      const made = spansOf(account, Date.now()) as unknown as Span[];
      const ids = new Set(made.map(({ spanId }) => spanId));
      expect(ids.size).toBe(made.length);
      expect(made.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
      const names = new Set<string>(Object.values(OTLP).map((one) => one.name));
      for (const span of made) {
        if (span.parentSpanId !== undefined) expect(ids.has(span.parentSpanId)).toBe(true);
        expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
        expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
        expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
        for (const { key } of span.attributes) expect(names.has(key), key).toBe(true);
      }
      expect(spansOf(account, 0)).toEqual(spansOf(accountOf(history(name).log), 1));
    },
  );

  it("a run sends them when it is over, with headers from the environment, failed attempts too", async () => {
    const to = await collector();
    const repo = repository({
      "g.dot": WORK,
      "c.yml": `version: 1\notlp:\n  endpoint: ${to.url}/\n  headers:\n    x-key: COLLECTOR_KEY\n`,
      "play.json": JSON.stringify({ ask: [{ status: "success", usage: [USAGE] }] }),
    });
    process.env.COLLECTOR_KEY = "k-1";
    onTestFinished(() => {
      delete process.env.COLLECTOR_KEY;
    });
    const ended = await here(...started(repo), "--simulate", join(repo, "play.json"), "--run-id", "r7");
    expect([ended.code, ended.err]).toEqual([1, expect.not.stringContaining("traces")]);
    expect(to.received).toHaveLength(1);
    const [got] = to.received;
    expect(got).toMatchObject({ path: "/v1/traces", type: "application/json", key: "k-1" });
    const { attributes } = got!.body.resourceSpans[0]!.resource;
    expect([attribute(attributes, "service.name"), attribute(attributes, "attractor.run.id")]).toEqual([
      "attractor",
      "r7",
    ]);
    const all = spans(got!);
    expect(all.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^run .*g\.dot$/),
      "invoke_agent ask",
      "execute_tool t",
    ]);
    const [run, ask, t] = all as [Span, Span, Span];
    expect([run.status.code, ask.status.code, t.status]).toEqual([
      2,
      1,
      { code: 2, message: expect.stringContaining("3") },
    ]);
    expect([ask.parentSpanId, t.parentSpanId]).toEqual([run.spanId, run.spanId]);
    expect(attribute(ask.attributes, "gen_ai.usage.input_tokens")).toBe("130");
    expect(attribute(ask.attributes, "gen_ai.usage.output_tokens")).toBe("20");
    expect(attribute(ask.attributes, "gen_ai.provider.name")).toBe("zai");
    expect(attribute(ask.attributes, "attractor.cost_usd_known")).toBe(0.5);
    expect(attribute(t.attributes, "error.type")).toBe("deterministic");
  });

  it("R-OBS-5: are off by default, sent on demand, tried again when the collector is busy, and its refusal is told", async () => {
    const { root } = await ran(graph(`${tool("t", "true")}; s -> t -> e`));
    const [busy, no, partial] = [
      await collector([503, 429, 200]),
      await collector([400, 200]),
      await collector([], `{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}`),
    ];
    expect((await here("report", root, "--format", "otlp", "--to", busy.url)).out).toBe("sent\n");
    expect([busy.asked(), busy.received.length]).toEqual([3, 1]);
    const refused = await here("report", root, "--format", "otlp", "--to", no.url);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining("/v1/traces answered 400: busy now"),
    ]);
    expect(no.asked()).toBe(1);
    expect((await here("report", root, "--format", "otlp", "--to", partial.url)).err).toContain(
      "all but 2 spans",
    );
    const printed = JSON.parse((await here("report", root, "--format", "otlp")).out);
    expect(printed.resourceSpans[0].scopeSpans[0].spans.length).toBe(2);
  });

  it("a collector that is away, or a key that is missing, is a warning and not the run's failure", async () => {
    const repo = (otlp: string) =>
      repository({
        "g.dot": graph(`${tool("t", "true")}; s -> t -> e`),
        "c.yml": `version: 1\notlp: ${otlp}\n`,
      });
    const away = await here(...started(repo('{ endpoint: "http://127.0.0.1:9" }')));
    expect([away.code, away.err]).toEqual([
      0,
      expect.stringMatching(/traces were not sent: .* cannot be reached/),
    ]);
    const keyless = await here(
      ...started(repo('{ endpoint: "http://127.0.0.1:9", headers: { x-key: NO_SUCH_KEY } }')),
    );
    expect([keyless.code, keyless.err]).toEqual([0, expect.stringContaining("has no NO_SUCH_KEY")]);
  });

  it("R-OBS-1: a manager's attempt is charged with what its child spent", async () => {
    const { final, log } = await ran(
      graph(
        `m [shape=house, "stack.child_dotfile"="child.dot", "manager.poll_interval"="20ms"]; s -> m; m -> e [condition="outcome=success"]`,
      ),
      {
        workdir: repository({ "child.dot": graph(`ask [prompt="x"]; s -> ask -> e`) }),
        simulate: JSON.stringify({ ask: [{ status: "success", usage: [USAGE] }] }),
      },
    );
    expect(final?.totals).toMatchObject({ tokens: 150, cost_usd: 0.5 });
    const [m] = accountOf(log).nodes.filter(({ node }) => node === "m");
    expect(m?.spend).toMatchObject({ input: 100, output: 20, cacheRead: 30, usd: 0.5 });
  });
});
