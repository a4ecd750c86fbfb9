/** How a job speaks: folded groups, plain lines of what was decided and why, notices, outputs. All of it redacted. */
import { randomBytes } from "node:crypto";
import * as core from "@actions/core";
import { redactDeep } from "../../engine/redact/redact.ts";
import { storyLine } from "../../engine/report/story.ts";
import type { Say } from "../ports.ts";

export function jobSay(redact: (text: string) => string): Say {
  return {
    async step(name, work) {
      core.startGroup(redact(name));
      try {
        return await work();
      } finally {
        core.endGroup();
      }
    },
    stage(title, printed, found) {
      core.startGroup(redact(title));
      inert(redact(printed));
      core.endGroup();
      for (const { level, file, line, column, message } of found) {
        const where = {
          file: redact(file),
          startLine: line,
          ...(column === null ? {} : { startColumn: column }),
        };
        const show = level === "error" ? core.error : core.warning;
        show(redact(message), where);
      }
    },
    fail: (text) => core.setFailed(redact(text)),
    output: (name, value) => core.setOutput(name, redact(value)),
    control: (name, value) => core.setOutput(name, value),
    warning: (text) => core.warning(redact(text)),
    notice: (text) => core.notice(redact(text)),
    event: (event) => {
      const line = storyLine(redactDeep(event, redact));
      if (line !== null) inert(line);
    },
  };
}

/** Text that stages had a hand in: no workflow command in it takes effect. */
function inert(text: string): void {
  const token = randomBytes(16).toString("hex");
  process.stdout.write(`::stop-commands::${token}\n${text}\n::${token}::\n`);
}
