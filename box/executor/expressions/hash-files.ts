/** `hashFiles('**\/x')`: SHA-256 over the SHA-256 of each matching file of the workspace, empty when nothing matches. */
import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ExpressionFunction } from "./evaluate.ts";

export const hashFiles = (workspace: string): ExpressionFunction => ({
  min: 1,
  max: 255,
  call: (...patterns) => {
    const wanted = patterns.map(String).filter((pattern) => !pattern.startsWith("!"));
    const refused = patterns.map(String).filter((pattern) => pattern.startsWith("!"));
    const files = globSync(wanted, { cwd: workspace, exclude: refused.map((pattern) => pattern.slice(1)) })
      .map((name) => join(workspace, name))
      .filter((path) => statSync(path).isFile())
      .sort();
    if (files.length === 0) return "";
    const all = createHash("sha256");
    for (const file of files) all.update(createHash("sha256").update(readFileSync(file)).digest());
    return all.digest("hex");
  },
});
