/** Workflow files as the triggers need them: their name and what they are `on`. The executor reads the rest. */

import { parse } from "yaml";
import { z } from "zod";
import { readBlob, readTree } from "../git/objects.ts";
import type { Repository } from "../state/records.ts";

export const WORKFLOWS = ".github/workflows";

export interface WorkflowFile {
  readonly path: string;
  readonly name: string;
  /** By event name; null where the file gives no configuration. Empty for a file that is no workflow. */
  readonly on: ReadonlyMap<string, unknown>;
}

const file = z.object({
  name: z.string().optional(),
  on: z.union([
    z.string().transform((one) => [[one, null] as const]),
    z.array(z.string()).transform((many) => many.map((one) => [one, null] as const)),
    z.record(z.string(), z.unknown()).transform((map) => Object.entries(map)),
  ]),
});

// A commit does not change, and every event asks.
const read = new WeakMap<Repository, Map<string, Promise<WorkflowFile[]>>>();

export function workflowFiles(repository: Repository, sha: string): Promise<WorkflowFile[]> {
  const bySha = read.get(repository) ?? new Map<string, Promise<WorkflowFile[]>>();
  read.set(repository, bySha);
  const files = bySha.get(sha) ?? readWorkflows(repository.gitDir, sha);
  bySha.set(sha, files);
  return files;
}

async function readWorkflows(gitDir: string, sha: string): Promise<WorkflowFile[]> {
  const entries = await readTree(gitDir, `${sha}:${WORKFLOWS}`, false).catch(() => []);
  const files = entries.filter(({ type, path }) => type === "blob" && /\.ya?ml$/.test(path));
  return Promise.all(
    files.map(async ({ path, sha: blob }) =>
      readWorkflow(`${WORKFLOWS}/${path}`, (await readBlob(gitDir, blob)).toString()),
    ),
  );
}

export function readWorkflow(path: string, text: string): WorkflowFile {
  const parsed = file.safeParse(yaml(text));
  if (!parsed.success) return { path, name: path, on: new Map() };
  return { path, name: parsed.data.name ?? path, on: new Map(parsed.data.on) };
}

function yaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
