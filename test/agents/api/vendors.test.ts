/** Every request that we make is one that the vendor's own types take: a compiler reads the recorded bodies. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";
import { saying } from "../request.ts";
import { trial } from "./attempt.ts";
import type { Bodies } from "./vendors/bodies.ts";
import { begin, event, finish } from "./wire/anthropic.ts";
import * as chat from "./wire/chat.ts";
import * as google from "./wire/google.ts";
import { PROTOCOLS, type Turn } from "./wire/script.ts";
import { type Reply, stream } from "./wire/server.ts";

const root = resolve(import.meta.dirname, "../../..");

/** A call after a thought, as each protocol tells it: it goes back with the next request. */
const THOUGHT: Readonly<Record<ApiProtocol, Reply | Turn>> = {
  anthropic_messages: stream(
    begin +
      event({
        type: "content_block_start",
        index: 0,
        content_block: { type: "thinking", thinking: "", signature: "" },
      }) +
      event({ type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "hm" } }) +
      event({
        type: "content_block_delta",
        index: 0,
        delta: { type: "signature_delta", signature: "SIG==" },
      }) +
      event({ type: "content_block_stop", index: 0 }) +
      event({
        type: "content_block_start",
        index: 1,
        content_block: { type: "redacted_thinking", data: "REDACTED==" },
      }) +
      event({ type: "content_block_stop", index: 1 }) +
      event({
        type: "content_block_start",
        index: 2,
        content_block: { type: "tool_use", id: "toolu_1", name: "shell", input: {} },
      }) +
      event({
        type: "content_block_delta",
        index: 2,
        delta: { type: "input_json_delta", partial_json: '{"command":"true"}' },
      }) +
      event({ type: "content_block_stop", index: 2 }) +
      finish("tool_use"),
  ),
  openai_chat_completions: stream(
    chat.begin +
      chat.chunk({ reasoning_content: "hm" }) +
      chat.call({ index: 0, id: "call_1", name: "shell", args: '{"command":"true"}' }) +
      chat.end,
  ),
  openai_responses: { calls: [["shell", { command: "true" }]] },
  google_generate_content: stream(
    google.chunk(
      [{ functionCall: { name: "shell", args: { command: "true" } }, thoughtSignature: "SIG==" }],
      "STOP",
    ),
  ),
};

/** Calls that go well, fail, are malformed, are unknown; several at once; a text before them; a person's words between. */
async function bodiesOf(protocol: ApiProtocol): Promise<readonly unknown[]> {
  const script: (Reply | Turn)[] = [
    THOUGHT[protocol],
    {
      text: "Two at once.",
      calls: [
        ["read_file", { path: "missing" }],
        ["no_such_tool", { a: 1 }],
      ],
    },
    { calls: [["shell", '{"command": "broken']] },
    { calls: [["shell", { command: "exit 3" }]] },
    { text: "Done." },
  ];
  const { received, reply } = await trial(script, {
    protocol,
    settings: { effort: "low", maxTokens: 1234 },
    steering: saying("use the other file"),
  });
  expect(reply.problem).toBeUndefined();
  const plain = await trial([{ text: "Done." }], { protocol });
  return [...received, ...plain.received].map(({ body }) => body);
}

async function compiled(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "bodies-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  cpSync(join(import.meta.dirname, "vendors"), folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const compilerOptions = {
    ...{ target: "es2024", lib: ["es2024", "dom"], module: "nodenext", strict: true, noEmit: true },
    ...{ skipLibCheck: true, allowImportingTsExtensions: true, types: [] },
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: Object.keys(files) }),
  );
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const tsc = join(root, "node_modules/.bin/tsc");
  return new Promise((done) => {
    execFile(tsc, ["-p", folder, "--pretty", "false"], { maxBuffer: 1e8 }, (error, stdout, stderr) =>
      done(error === null ? stdout : `${stdout}${stderr || error.message}`),
    );
  });
}

const source = (protocol: keyof Bodies, bodies: readonly unknown[]): string =>
  [
    'import type { Bodies } from "./bodies.ts";',
    ...bodies.map(
      (body, nth) => `export const body${nth}: Bodies["${protocol}"] = ${JSON.stringify(body, null, 1)};`,
    ),
  ].join("\n");

it("R-AGENT-21: every request fits the vendor's own types, on each protocol; a wrong field is seen", async () => {
  const files: Record<string, string> = {};
  for (const protocol of PROTOCOLS) {
    const bodies = await bodiesOf(protocol);
    expect(bodies).toHaveLength(6);
    files[`${protocol}.ts`] = source(protocol, bodies);
    // The control: what must be refused, one file each.
    const [first] = bodies as [Record<string, unknown>];
    files[`${protocol}-unknown.ts`] = source(protocol, [{ ...first, of_nobody: 1 }]);
    files[`${protocol}-tools.ts`] = source(protocol, [{ ...first, tools: [{ nameless: true }] }]);
  }
  const said = await compiled(files);
  const wrong = new Set([...said.matchAll(/^(\S+)\.ts\(/gm)].map(([, name]) => name));
  expect(
    [...wrong].filter((name) => !/-(?:unknown|tools)$/.test(name!)),
    said,
  ).toEqual([]);
  expect(wrong.size, said).toBe(2 * PROTOCOLS.length);
});
