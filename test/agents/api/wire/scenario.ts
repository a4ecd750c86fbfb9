import type { Reply } from "./server.ts";

export const WRITE = { path: "src/é🙂.ts", content: 'say "hi"\nand \\ go on' };
export const SHELL = { command: "ls -la", timeout_ms: 42 };

export interface Scenario {
  readonly reply: Reply;
  /** Tool name and arguments of every call, in order; null for arguments that are no JSON. */
  readonly calls?: readonly (readonly [tool: string, input: unknown])[];
  readonly text?: string;
  readonly finish?: "stop" | "tool_calls" | "length";
  /** The code of the failure instead. */
  readonly failure?: string;
  /** What the normaliser must say that it did. */
  readonly repaired?: string;
  /** Tokens: input, output, cache read, cache write, reasoning. */
  readonly tokens?: readonly (number | undefined)[];
}

export type Scenarios = Readonly<Record<string, Scenario>>;
