/**
 * What our loop adds to a model call beside the bare SDK in the same run, and what the first load of a provider costs:
 * `node --expose-gc bench/agents.ts`. The same server, stream and provider package on both sides. Exit 1 when a bound is missed.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { ask } from "../engine/agents/api/call/ask.ts";
import { openModel } from "../engine/agents/api/models/open.ts";
import type { ApiProtocol, ApiProvider } from "../engine/agents/api/provider.ts";
import { modelFetch } from "../engine/agents/api/stream/fetch.ts";
import { newWire } from "../engine/agents/api/stream/wire.ts";
import { openProxy } from "../engine/agents/proxy/server.ts";
import { bundleOptions } from "../scripts/bundle-options.ts";

const CHUNKS = 1000;
const ROUNDS = 31;
const IDLE = 16;
const BOUNDS = { addedMs: 3, addedShare: 0.05, loadKb: 510, loadMs: 60, idleMb: 8 };

const sse = (data: { type: string }): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const usage = { input_tokens: 10, output_tokens: 5 };
const message = {
  id: "m",
  type: "message",
  role: "assistant",
  model: "m",
  content: [],
  stop_reason: null,
  usage,
};
const ARGUMENT = JSON.stringify({ path: "a.ts", content: "x".repeat(CHUNKS * 20) });
const PIECE = Math.ceil(ARGUMENT.length / CHUNKS);

/** One call of a tool, its argument in a thousand pieces: what the normaliser has most to do with. */
const FRAMES = [
  sse({ type: "message_start", message } as never),
  sse({
    type: "content_block_start",
    index: 0,
    content_block: { type: "tool_use", id: "t", name: "write_file", input: {} },
  } as never),
  ...Array.from({ length: CHUNKS }, (_, nth) =>
    sse({
      type: "content_block_delta",
      index: 0,
      delta: { type: "input_json_delta", partial_json: ARGUMENT.slice(nth * PIECE, (nth + 1) * PIECE) },
    } as never),
  ),
  sse({ type: "content_block_stop", index: 0 } as never),
  sse({ type: "message_delta", delta: { stop_reason: "tool_use" }, usage } as never),
  sse({ type: "message_stop" }),
];

const server = createServer(async (request, response) => {
  for await (const _ of request);
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const [nth, frame] of FRAMES.entries()) {
    response.write(frame);
    if (nth % 20 === 0) await new Promise(setImmediate);
  }
  response.end();
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

const provider: ApiProvider = {
  name: "bench",
  protocol: "anthropic_messages",
  baseUrl: url,
  apiKey: "k",
  maxRetries: 0,
};
const options = {
  prompt: [{ role: "user" as const, content: [{ type: "text" as const, text: "go" }] }],
  maxOutputTokens: 1000,
};
const newId = () => "id";

async function bare(to: ApiProvider = provider): Promise<void> {
  const model = await openModel({ provider: to, model: "m", fetch, newId });
  const { stream } = await model.doStream(options);
  const reader = stream.getReader();
  let calls = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read())
    if (part.value.type === "tool-call") calls++;
  if (calls !== 1) throw new Error("the bare SDK lost the call");
}

async function ours(to: ApiProvider = provider, signal = new AbortController().signal): Promise<void> {
  let wire = newWire();
  const model = await openModel({
    ...{ provider: to, model: "m", newId },
    fetch: modelFetch(to, "m", () => wire),
  });
  const asked = await ask({
    ...{
      provider: to,
      modelName: "m",
      model,
      options,
      deps: { price: () => 0 },
      signal,
    },
    use: (next) => {
      wire = next;
    },
    ...{
      onBytes: () => undefined,
      onRetry: () => undefined,
      mask: (text) => text,
      onRepair: () => undefined,
    },
  });
  if (!asked.ok || asked.answer.calls.length !== 1) throw new Error("the loop lost the call");
}

const proxy = await openProxy({
  ...{ protocol: "anthropic_messages", upstream: { baseUrl: url, key: "k" }, provider: "bench" },
  ...{ price: () => 0, spendable: null, onUnknown: "allow", maxCalls: 0 },
  onProgress: () => undefined,
  onRefused: () => undefined,
});
/** As a command-line agent asks: its own reading of the stream is the SDK's here. */
const proxied = (): Promise<void> => bare({ ...provider, baseUrl: `${proxy.url}/v1`, apiKey: proxy.token });

/** Processor time of this process: what other work on the machine does not stretch. The server's is in both. */
async function cpuMs(run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const rows: [what: string, is: string, bound: string, good: boolean][] = [];
/** Medians of both and of what the second takes more: pair by pair, because the machine is not the same from one to the next. */
async function beside(other: () => Promise<void>): Promise<{ sdk: number; with: number; added: number }> {
  for (let warm = 0; warm < 5; warm++) {
    await bare();
    await other();
  }
  const pairs: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Whoever comes second finds a warmer machine.
    const first = round % 2 === 0 ? bare : other;
    const one = await cpuMs(() => first());
    const two = await cpuMs(() => (first === bare ? other() : bare()));
    pairs.push(first === bare ? [one, two] : [two, one]);
  }
  return {
    sdk: median(pairs.map(([a]) => a)),
    with: median(pairs.map(([, b]) => b)),
    added: median(pairs.map(([a, b]) => b - a)),
  };
}

const loop = await beside(() => ours());
rows.push(
  [
    `a call of ${CHUNKS} chunks, bare ${loop.sdk.toFixed(1)} ms, ours ${loop.with.toFixed(1)} ms`,
    `${loop.added.toFixed(2)} ms more`,
    `≤ ${BOUNDS.addedMs} ms`,
    loop.added <= BOUNDS.addedMs,
  ],
  [
    "share of the call",
    `${((loop.added / loop.sdk) * 100).toFixed(1)}%`,
    `≤ ${BOUNDS.addedShare * 100}%`,
    loop.added / loop.sdk <= BOUNDS.addedShare,
  ],
);
const hop = await beside(proxied);
rows.push([
  `the same through the proxy, ${hop.with.toFixed(1)} ms`,
  `${hop.added.toFixed(2)} ms more`,
  `≤ ${BOUNDS.addedMs} ms`,
  hop.added <= BOUNDS.addedMs,
]);
await proxy.close();

/** Streams of which nothing comes: a model that thinks. */
const idle = createServer(async (request, response) => {
  for await (const _ of request);
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(FRAMES[0]!);
});
await new Promise<void>((resolve) => idle.listen(0, "127.0.0.1", resolve));
const silent = {
  ...provider,
  baseUrl: `http://127.0.0.1:${(idle.address() as AddressInfo).port}/v1`,
};
globalThis.gc?.();
const before = process.memoryUsage();
const stop = new AbortController();
const waiting = Array.from({ length: IDLE }, () => ours(silent, stop.signal).catch(() => undefined));
await new Promise((resolve) => setTimeout(resolve, 500));
globalThis.gc?.();
const { heapUsed, external } = process.memoryUsage();
const idleMb = (heapUsed + external - before.heapUsed - before.external) / 1e6;
stop.abort();
await Promise.all(waiting);
idle.closeAllConnections();
idle.close();
rows.push([
  `${IDLE} streams that wait`,
  `${idleMb.toFixed(1)} MB`,
  `≤ ${BOUNDS.idleMb} MB`,
  idleMb <= BOUNDS.idleMb,
]);

server.closeAllConnections();
server.close();

const PACKAGES: Readonly<Record<ApiProtocol, string>> = {
  anthropic_messages: "anthropic",
  openai_chat_completions: "chat",
  openai_responses: "responses",
  google_generate_content: "google",
};
const folder = mkdtempSync(join(tmpdir(), "bench-agents-"));
for (const [protocol, file] of Object.entries(PACKAGES)) {
  const outdir = join(folder, file);
  await build({
    ...bundleOptions,
    splitting: false,
    entryPoints: [`engine/agents/api/models/${file}.ts`],
    outdir,
  });
  const [name] = readdirSync(outdir);
  const kb = statSync(join(outdir, name!)).size / 1024;
  const script = `const a = process.cpuUsage(); await import(${JSON.stringify(join(outdir, name!))}); const { user, system } = process.cpuUsage(a); console.log((user + system) / 1000)`;
  const ms = median(
    Array.from({ length: 7 }, () =>
      Number(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" })),
    ),
  );
  rows.push(
    [`first load of ${protocol}`, `${kb.toFixed(0)} KB`, `≤ ${BOUNDS.loadKb} KB`, kb <= BOUNDS.loadKb],
    ["its processor time", `${ms.toFixed(0)} ms`, `≤ ${BOUNDS.loadMs} ms`, ms <= BOUNDS.loadMs],
  );
}
rmSync(folder, { recursive: true, force: true });

for (const [what, is, bound, good] of rows)
  console.log(`${good ? "ok  " : "MISS"} ${what}: ${is} (${bound})`);
console.log(`load ${loadavg()[0]?.toFixed(1)}`);
if (rows.some(([, , , good]) => !good)) process.exitCode = 1;
