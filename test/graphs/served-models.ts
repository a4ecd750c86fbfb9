/** The models of kimi and zai on loopback: each node is told what to do by the turn and by the folder of its attempt. */
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LLMock } from "@copilotkit/aimock";
import { onTestFinished } from "vitest";

export interface Turn {
  readonly node: string;
  /** How many calls of this attempt have their result. */
  readonly turn: number;
  /** Where this attempt reports: run folder, branch, node, visit and attempt are in it. */
  readonly reportsTo: string;
  readonly model: string;
}

export type Reply = { shell: string } | { tool: string; input: object } | { overloaded: 503 | 529 };
export type Plays = (turn: Turn) => Reply | null;

const reports = (status: object): Reply => ({
  shell: `echo '${JSON.stringify(status)}' > "$ATTRACTOR_STATUS_PATH"`,
});

/** What `plays` says nothing about works in two turns. */
export async function models(plays: Plays): Promise<{ url: string; turns: Turn[] }> {
  const mock = new LLMock({ port: 0 });
  const turns: Turn[] = [];
  mock.on({ predicate: () => true }, (request) => {
    const messages = request.messages as { role: string; content: unknown }[];
    const text = JSON.stringify(messages.filter(({ role }) => role === "user"));
    const reportsTo = /one JSON object to (\S+?status\.json)/.exec(text)?.[1];
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 10,
      total_tokens: 110,
      input_tokens: 100,
      output_tokens: 10,
    };
    // A stand-in of a CLI asks, and plays its own part.
    if (reportsTo === undefined) return { content: "go on", usage };
    const turn: Turn = {
      node: /\/([^/]+)\/v\d+-a\d+[^/]*\/status\.json$/.exec(reportsTo)?.[1] ?? "nobody",
      turn: messages.filter(({ role }) => role === "tool").length,
      reportsTo,
      model: String(request.model),
    };
    turns.push(turn);
    const reply = plays(turn) ?? (turn.turn === 0 ? reports({ status: "success" }) : null);
    if (reply === null) return { content: `${turn.node} is done`, usage };
    if ("overloaded" in reply)
      return {
        error: { message: "overloaded", type: "overloaded_error" },
        status: reply.overloaded,
      };
    const call = "shell" in reply ? { tool: "shell", input: { command: reply.shell } } : reply;
    return { toolCalls: [{ name: call.tool, arguments: JSON.stringify(call.input) }], usage };
  });
  await mock.start();
  onTestFinished(() => mock.stop());
  return { url: await front(mock.url), turns };
}

/** The server says nothing of when to come again after 503 and 529: here it is said, so that no run waits minutes. */
async function front(behind: string): Promise<string> {
  const server = createServer((asked: IncomingMessage, answer: ServerResponse) => {
    const { method, headers, url = "/" } = asked;
    const passed = ask(new URL(url, behind), { method, headers }, (reply) => {
      const soon = (reply.statusCode ?? 0) >= 500 ? { "retry-after-ms": "10" } : {};
      answer.writeHead(reply.statusCode ?? 502, { ...reply.headers, ...soon });
      reply.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
