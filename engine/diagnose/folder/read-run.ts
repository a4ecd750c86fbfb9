/** A run folder, or a log alone, into facts: one pass, reads only. */
import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { RunFacts } from "../facts/facts.ts";
import { branchOf } from "../facts/flow.ts";
import { emptyFacts, factScope } from "../facts/make.ts";
import { isDriven } from "./alive.ts";
import { type FolderLayout, layoutOf, type ScopeFolder } from "./layout.ts";
import { readLog } from "./log.ts";
import { readOtherFiles } from "./other-files.ts";
import { readSession } from "./session.ts";

const LOG = "progress.ndjson";

class NoRunError extends Error {
  override readonly name = "NoRunError";
  readonly fix = "name a run folder, a log (progress.ndjson) or the id of a run under .attractor/runs";
}

export async function readRun(path: string, now: number): Promise<RunFacts> {
  const at = resolve(path);
  const stat = statSync(at, { throwIfNoEntry: false });
  if (!stat) throw new NoRunError(`there is no ${path}`);
  return stat.isDirectory() ? readFolder(at, now) : readAlone(at, now);
}

function readAlone(path: string, now: number): RunFacts {
  const facts = emptyFacts({ alive: null, now, command: "attractor", hasFolder: false });
  readLog(facts, path, { file: basename(path), scope: "", fans: new Set() });
  if (facts.scopes.size === 0) throw new NoRunError(`${path} is no log of a run: not one line is an event`);
  return facts;
}

async function readFolder(root: string, now: number): Promise<RunFacts> {
  const facts = emptyFacts({ alive: null, now, command: "attractor", hasFolder: true });
  const layout = layoutOf(root);
  if (layout.cut)
    facts.damage.push({
      file: ".",
      what: "more folders than a run has; not all were read",
      severity: "warning",
      line: null,
      count: 1,
    });
  const fans = fansOf(layout);
  for (const scope of layout.scopes) readScope(facts, root, scope, fans.get(scope.key) ?? new Set());
  const trunk = facts.scopes.get("");
  if (!trunk?.files.log && !trunk?.files.final)
    throw new NoRunError(`${root} is no run folder: it has no ${LOG} and no final.json`);
  if (!facts.ended) facts.alive = await isDriven(root, facts.runId);
  return facts;
}

/** By scope: nodes whose branches have folders there. */
function fansOf({ scopes }: FolderLayout): Map<string, Set<string>> {
  const fans = new Map<string, Set<string>>();
  for (const { fan, parent } of scopes)
    if (fan !== "") fans.set(parent, (fans.get(parent) ?? new Set()).add(fan));
  return fans;
}

function readScope(facts: RunFacts, root: string, from: ScopeFolder, fans: ReadonlySet<string>): void {
  const { key, fan, parent, folders, stages, superseded } = from;
  const scope = factScope(facts, key);
  for (const folder of folders) {
    const file = join(folder, LOG);
    if (readLog(facts, join(root, file), { file, scope: key, fans })) scope.files.log = file;
    readOtherFiles(facts, scope, root, folder);
  }
  if (key !== "" && facts.dialect === "kilroy" && !superseded)
    branchOf(facts, key, { node: fan, scope: parent });
  for (const { node, folder } of stages) readSession(facts, root, folder, key, node);
}
