/** claude, codex and gemini as stand-ins on the PATH: each asks its model through its proxy, then plays what its node was given. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FAKES, type Step } from "../agents/cli/fakes/lines.ts";
import { FAKE_CLI } from "../agents/cli/scene.ts";

export const CLIS = ["claude", "codex", "gemini"] as const;
export type Cli = (typeof CLIS)[number];

/** What preflight looks for in the help of each. */
const HELP =
  "--output-format --verbose --permission-mode --permission-prompts --setting-sources --strict-mcp-config --json --sandbox --model --approval-mode --print --max-turns";

const ask = (url: string, token: string, body: object): Step => ({
  post: {
    url,
    headers: { authorization: `Bearer %${token}%`, "content-type": "application/json" },
    body: { stream: true, ...body },
  },
});
const SAID = "the stand-in asks";
const CALL: Readonly<Record<Cli, Step>> = {
  claude: ask("%ANTHROPIC_BASE_URL%/v1/messages", "ANTHROPIC_API_KEY", {
    model: "claude-opus-4-6",
    max_tokens: 10,
    messages: [{ role: "user", content: SAID }],
  }),
  codex: ask("%PROXY_URL%/responses", "ATTRACTOR_MODEL_TOKEN", { model: "gpt-5.3-codex", input: SAID }),
  gemini: ask(
    "%GOOGLE_GEMINI_BASE_URL%/v1beta/models/gemini-3-pro-preview:streamGenerateContent?alt=sse",
    "GEMINI_API_KEY",
    { contents: [{ role: "user", parts: [{ text: SAID }] }] },
  ),
};

export const says = (status: object): Step => ({
  write: { path: "%ATTRACTOR_STATUS_PATH%", text: JSON.stringify(status) },
});
export const writes = (path: string, text: string): Step => ({ write: { path, text } });

/** A whole session of this CLI with these steps before its last line, or with another end. */
export const session = (
  cli: Cli,
  steps: readonly Step[],
  end: readonly Step[] = [FAKES[cli].result],
): Step[] => [CALL[cli], ...FAKES[cli].begin, ...steps, ...end];

/** `plans`: what a node does the first, second, … time; every other time it succeeds. */
export function installClis(
  bin: string,
  plans: Readonly<Record<string, readonly (readonly Step[])[]>>,
): void {
  const at = join(bin, "plans");
  mkdirSync(at);
  for (const [node, times] of Object.entries(plans))
    times.forEach((steps, nth) => void writeFileSync(join(at, `${node}.${nth + 1}`), JSON.stringify(steps)));
  for (const cli of CLIS) {
    writeFileSync(join(at, cli), JSON.stringify(session(cli, [says({ status: "success" })])));
    const script = `#!/bin/sh
case "$*" in *--help*) echo "${HELP}"; exit 0;; *--version*) echo "${cli} 2.1.332"; exit 0;; esac
mine="${at}/$ATTRACTOR_NODE_ID"
echo x >> "$mine.times"
plan="$mine.$(wc -l < "$mine.times" | tr -d ' ')"
test -e "$plan" || plan="${at}/${cli}"
FAKE_PLAN="$(cat "$plan")" exec "${process.execPath}" "${FAKE_CLI}" "$@"
`;
    writeFileSync(join(bin, cli), script);
    chmodSync(join(bin, cli), 0o755);
  }
}
