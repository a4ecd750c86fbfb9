/** What differs between the CLIs: how one is called, and what its lines mean. Everything else is the runner's. */

import type { Writable } from "node:stream";
import type { Protocol } from "../../config/known-providers.ts";
import type { Usage } from "../../core/outcome.ts";
import type { AgentEvent, ModelSettings } from "../port.ts";

export type CliName = "claude" | "codex" | "gemini" | "copilot";

/** Where the CLI finds its model. `login`: it keeps the account that it is logged in with. */
export type Access =
  | { readonly kind: "proxy"; readonly url: string; readonly token: string; readonly protocol: Protocol }
  | { readonly kind: "github_token"; readonly token: string }
  | { readonly kind: "login" };

export interface CliTask {
  readonly prompt: string;
  readonly worktree: string;
  /** The CLI's own folder, absolute; nobody else has it. */
  readonly stateRoot: string;
  readonly statusPath: string;
  readonly settings: ModelSettings;
  /** The CLI's own session to go on with. */
  readonly resume: string | null;
  readonly access: Access;
  /** Whether the sandbox that the CLI brings is switched on. */
  readonly sandbox: boolean;
  /** Whether instruction files and settings that lie in the tree may reach the CLI. */
  readonly instructionFiles: boolean;
}

/** The prompt comes on standard input: an argument may hold 128 KB only, and anyone can read it. */
export interface CliCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Written into the state root before the start; paths are relative to it. */
  readonly files: Readonly<Record<string, string>>;
}

export interface CliFailure {
  readonly problem: string;
  readonly code: string;
  readonly status?: number;
}

/** What one line told. `progress`: the agent came further, which a message about reconnecting is not. */
export interface CliPrompt {
  readonly progress: boolean;
  readonly log?: readonly AgentEvent[];
}

export type CliEvent = Readonly<Record<string, unknown>>;

/** What the lines have told so far. */
export interface AccountedUsage {
  /** null until the line that ends the work has come. */
  readonly end: "done" | CliFailure | null;
  /** The last error that it told of, which need not be the end. */
  readonly error: CliFailure | null;
  readonly response: string;
  readonly session: string | null;
  readonly version: string | null;
  /** A cost of null is still to be priced, or nobody knows it. */
  readonly usage: readonly Usage[];
}

export interface Reader {
  take(event: CliEvent): CliPrompt;
  /** One that is spoken to: it is given standard input in place of the prompt. */
  readonly speak?: (input: Writable) => void;
  account(): AccountedUsage;
}

export interface CliAdapter {
  readonly name: CliName | "acp";
  readonly executable: string;
  /** null: it tells its version itself, or not at all. */
  readonly versionArgs: readonly string[] | null;
  /** Spoken to the proxy when nothing else is configured. */
  readonly protocol: Protocol;
  /** Between its last line and being ended. */
  readonly graceMs: number;
  /** Below the home: all that a login of the user's own needs, where it can be opened for one call. */
  readonly loginFolder?: string;
  /** Commands that all succeed where its sandbox can start; a text says why it has none that a stage could use. */
  readonly sandboxProbe: ((executable: string) => readonly (readonly string[])[]) | string;
  /** What it says on standard error when it goes on without the sandbox that it was asked for. */
  readonly unsandboxed?: RegExp;
  /** Whether it keeps to a number of turns itself; for the others the proxy counts. */
  readonly countsTurns: boolean;
  call(task: CliTask): CliCall;
  reader(task: CliTask): Reader;
  /** What an exit code means when no line said it; null: nothing of its own. */
  failureOf(exitCode: number, stderr: string): CliFailure | null;
  /** Usage that the CLI leaves in its state root. */
  readonly usageFile?: { readonly name: string; read(text: string): readonly Usage[] };
  /** Where a stored session file has to lie for this task; relative to the state root. */
  sessionPath(stored: string, task: CliTask): string;
}
