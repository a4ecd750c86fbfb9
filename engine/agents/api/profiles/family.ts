/** Which set of tools a model is given: what its family was trained to edit with (docs/decisions/130). */
import type { ApiProvider } from "../provider.ts";

export type Family = "openai" | "anthropic" | "gemini";

export const FAMILY_TOOLS: Readonly<Record<Family, readonly string[]>> = {
  openai: ["read_file", "write_file", "apply_patch", "shell", "grep", "glob"],
  anthropic: ["read_file", "write_file", "edit_file", "shell", "grep", "glob"],
  gemini: ["read_file", "read_many_files", "write_file", "edit_file", "shell", "grep", "glob", "list_dir"],
};

/** What a family reads beside AGENTS.md. */
export const FAMILY_INSTRUCTIONS: Readonly<Record<Family, string | null>> = {
  openai: null,
  anthropic: "CLAUDE.md",
  gemini: "GEMINI.md",
};

/** By what the model is called, then by who serves it. Whoever is not known edits by exact text: nothing to get wrong. */
export function familyOf({ name, protocol }: ApiProvider, model: string): Family {
  const called = model.toLowerCase();
  if (/(?:^|\/)(?:gpt-|o\d|codex)/.test(called)) return "openai";
  if (/(?:^|\/)gemini/.test(called)) return "gemini";
  if (/(?:^|\/)claude/.test(called)) return "anthropic";
  if (name === "openai" || protocol === "openai_responses") return "openai";
  return name === "google" || protocol === "google_generate_content" ? "gemini" : "anthropic";
}
