/** Every CLI that has an adapter of its own. */
import type { CliAdapter, CliName } from "./adapter.ts";
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";
import { copilot } from "./copilot.ts";
import { gemini } from "./gemini.ts";

const ADAPTERS: Readonly<Record<CliName, CliAdapter>> = { claude, codex, gemini, copilot };

export const CLI_NAMES = Object.keys(ADAPTERS) as readonly CliName[];

export const adapterOf = (name: CliName): CliAdapter => ADAPTERS[name];
