/** Commands that are called as the CLIs are and play a plan, in a folder that every user can read and run. */
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { CliName } from "../../../engine/agents/cli/adapter.ts";
import { FAKES, type Step } from "../../agents/cli/fakes/lines.ts";
import { FAKE_CLI } from "../../agents/cli/scene.ts";

const BODY = { model: "m-1", max_tokens: 10, metadata: "a CLI" };
const at = (url: string, token: string): Step => ({
  post: { url, headers: { authorization: `Bearer %${token}%` }, body: BODY },
});

/** A model call as each CLI would make it. */
const CALL: Readonly<Record<CliName, Step>> = {
  claude: at("%ANTHROPIC_BASE_URL%/v1/messages", "ANTHROPIC_API_KEY"),
  codex: at("%PROXY_URL%/responses", "ATTRACTOR_MODEL_TOKEN"),
  gemini: at("%GOOGLE_GEMINI_BASE_URL%/v1beta/models/m-1:streamGenerateContent", "GEMINI_API_KEY"),
  copilot: at("%COPILOT_PROVIDER_BASE_URL%/chat/completions", "COPILOT_PROVIDER_API_KEY"),
};

const plan = (cli: CliName): Step[] => [
  { dump: `seen-${cli}.json` },
  CALL[cli],
  ...FAKES[cli].begin,
  { write: { path: "%ATTRACTOR_STATUS_PATH%", text: '{"status":"success"}' } },
  FAKES[cli].result,
];

/** Returns the path of each. */
export function commands(names: readonly CliName[]): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "commands-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  copyFileSync(FAKE_CLI, join(folder, "play.mjs"));
  chmodSync(join(folder, "play.mjs"), 0o644);
  return Object.fromEntries(
    names.map((name) => {
      const file = join(folder, name);
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(plan(name)), { mode: 0o644 });
      const script = `#!/bin/sh\nFAKE_PLAN=$(cat ${folder}/${name}.json) exec ${process.execPath} ${folder}/play.mjs "$@"\n`;
      writeFileSync(file, script);
      chmodSync(file, 0o755);
      return [name, file];
    }),
  );
}
