/**
 * What each command-line agent reads of the tree by itself, under the arguments that it is called with, and which
 * instruction file is its family's own. Seen with the versions of docs/decisions/142.
 */
import type { CliAdapter } from "./adapter.ts";

export interface Reads {
  /** In the top folder, where stages work, and in the folders between. */
  readonly paths: readonly string[];
  /** Files in whatever folder. */
  readonly names: readonly string[];
  /** Told from the base ref beside AGENTS.md; null: it has none, or reads it by itself. */
  readonly own: string | null;
}

const READS: Readonly<Record<CliAdapter["name"], Reads>> = {
  // Told to read nothing; a skill or a server of the tree would be code that runs, so it is looked at all the same.
  claude: { paths: [".claude", ".mcp.json"], names: [], own: "CLAUDE.md" },
  codex: { paths: [".agents", ".codex"], names: [], own: null },
  // It cannot be told not to read GEMINI.md, so it is not told twice.
  gemini: { paths: [".gemini", ".agents"], names: ["GEMINI.md"], own: null },
  copilot: {
    paths: [".agents", ".claude", ".github/agents", ".github/skills", ".mcp.json"],
    names: [],
    own: ".github/copilot-instructions.md",
  },
  // Nobody knows which program it is: whatever one of them is known to read.
  acp: {
    paths: [
      ...["AGENTS.md", "CLAUDE.md", "GEMINI.md", ".mcp.json", "opencode.json", "opencode.jsonc"],
      ...[".agents", ".claude", ".codex", ".gemini", ".opencode", ".cursor", ".cursorrules"],
      ...[".github/agents", ".github/skills", ".github/instructions", ".github/copilot-instructions.md"],
    ],
    names: [],
    own: null,
  },
};

export const readsOf = (name: CliAdapter["name"]): Reads => READS[name];
