/** A provider that nobody here wrote, which lets any CLI run one command and then say that it is done. */
import { LLMock } from "@copilotkit/aimock";

/** Shell tools of the CLIs, with the argument that each takes a command in. */
const SHELLS: Readonly<Record<string, (command: string) => object>> = {
  Bash: (command) => ({ command, description: "say" }),
  bash: (command) => ({ command, description: "say", initial_wait: 30 }),
  exec_command: (cmd) => ({ cmd }),
  shell: (command) => ({ command: ["bash", "-lc", command] }),
  run_shell_command: (command) => ({ command, description: "say" }),
};

export interface Mock {
  readonly url: string;
  /** The model calls that had tools to choose from. */
  calls(): readonly { readonly path: string; readonly status: number; readonly body: string }[];
  stop(): Promise<void>;
}

export interface MockOptions {
  readonly command: string;
  /** Ask for the command again and again, never done. */
  readonly forEver?: boolean;
  /** Between the pieces of an answer. */
  readonly latencyMs?: number;
}

export async function startMock({ command, forEver = false, latencyMs = 0 }: MockOptions): Promise<Mock> {
  const mock = new LLMock({
    port: 0,
    host: "127.0.0.1",
    latency: latencyMs,
    chunkSize: latencyMs > 0 ? 1 : 20,
  });
  mock.on({ endpoint: "chat" }, (request) => {
    const tools = (request.tools ?? []).flatMap((tool) => tool.function?.name ?? []);
    const shell = tools.find((name) => Object.hasOwn(SHELLS, name));
    const usage = {
      input_tokens: 100,
      output_tokens: 20,
      prompt_tokens: 100,
      completion_tokens: 20,
      promptTokenCount: 100,
      candidatesTokenCount: 20,
    };
    const answered = request.messages.some(({ role }) => role === "tool");
    if (shell === undefined)
      return { content: "a title", usage: { ...usage, input_tokens: 7, prompt_tokens: 7 } };
    if (answered && !forEver) return { content: "All done.", usage };
    return { toolCalls: [{ name: shell, arguments: JSON.stringify(SHELLS[shell]!(command)) }], usage };
  });
  await mock.start();
  return {
    url: mock.url,
    calls: () =>
      mock.getRequests().map(({ path, response, body }) => ({
        path,
        status: (response as { status?: number })?.status ?? 0,
        body: JSON.stringify(body),
      })),
    stop: () => mock.stop(),
  };
}
