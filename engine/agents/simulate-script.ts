/** The script of a simulated run: per node what each visit's attempts say and do. */
import { isAbsolute, normalize } from "node:path";
import { z } from "zod";
import { Json, Outcome, Usage } from "../core/outcome.ts";
import { Evidence } from "../failure/evidence.ts";
import { nearestWord } from "../graph/nearest.ts";

const InsideWorktree = z.string().refine((path) => !isAbsolute(path) && !normalize(path).startsWith(".."), {
  message: "the path must lie inside the worktree: relative, without ..",
});

const StatusFile = z.strictObject({
  at: z.enum(["canonical", "worktree", "dot_ai"]),
  /** Text is written as it is, broken JSON included; anything else as JSON. */
  content: Json(),
});

const ScriptStep = z.strictObject({
  /** Without it the status contract decides, as for a real backend. */
  status: z.string().min(1).optional(),
  preferred_label: Outcome().shape.preferred_label,
  suggested_next_ids: Outcome().shape.suggested_next_ids,
  context_updates: Outcome().shape.context_updates,
  notes: Outcome().shape.notes,
  failure_reason: Outcome().shape.failure_reason,
  failure_class: Outcome().shape.failure_class,
  failure_signature: Outcome().shape.failure_signature,
  response: z.string().optional(),
  delay_ms: z.number().int().nonnegative().optional(),
  files: z.record(InsideWorktree, z.string()).optional(),
  status_file: StatusFile.optional(),
  usage: z.union([Usage(), z.array(Usage())]).optional(),
  /** How the attempt ended besides, e.g. `{"error_code": "rate_limit"}`. */
  evidence: z.optional(Evidence()),
});
export type ScriptStep = z.infer<typeof ScriptStep>;

/** One entry per visit, the last repeats; a list inside is one entry per attempt of that visit, its last repeats. */
const Visits = z.array(z.union([z.array(ScriptStep).min(1), ScriptStep])).min(1);

export interface Script {
  /** A Map, because `__proto__` is a node's name like any other. */
  readonly nodes: ReadonlyMap<string, readonly (ScriptStep | readonly ScriptStep[])[]>;
  /** Tools are simulated too, those that no entry names included. */
  readonly allTools: boolean;
}

/** No id of a node has a point that is not quoted away, so it is nobody's entry. */
const ALL_TOOLS = "simulate.tools";

export type ScriptRead =
  | { readonly ok: true; readonly script: Script }
  | { readonly ok: false; readonly problems: readonly string[] };

export function parseScript(text: string, fileName: string): ScriptRead {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, problems: [`${fileName}: ${(error as Error).message}`] };
  }
  if (json === null || typeof json !== "object" || Array.isArray(json)) {
    return { ok: false, problems: [`${fileName}: expected an object from node ids to lists of outcomes`] };
  }
  const problems: string[] = [];
  const nodes = new Map<string, readonly (ScriptStep | readonly ScriptStep[])[]>();
  let allTools = false;
  for (const [node, visits] of Object.entries(json)) {
    if (node === ALL_TOOLS) {
      if (typeof visits === "boolean") allTools = visits;
      else problems.push(`${fileName}: ${node}: expected true or false`);
      continue;
    }
    const found = problemsOf(visits, node);
    if (found.length === 0) nodes.set(node, Visits.parse(visits));
    else problems.push(...found.map((problem) => `${fileName}: ${problem}`));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, script: { nodes, allTools } };
}

/** Step by step, because a union of schemas explains itself badly. */
function problemsOf(visits: unknown, node: string): string[] {
  if (!Array.isArray(visits) || visits.length === 0) {
    return [`${node}: expected a list with one outcome per visit`];
  }
  return visits.flatMap((visit, index) => {
    const place = `${node}[${index}]`;
    if (!Array.isArray(visit)) return stepProblems(visit, place);
    if (visit.length === 0) return [`${place}: expected at least one attempt`];
    return visit.flatMap((step, attempt) => stepProblems(step, `${place}[${attempt}]`));
  });
}

function stepProblems(step: unknown, place: string): string[] {
  const issues = ScriptStep.safeParse(step).error?.issues ?? [];
  return issues.flatMap((issue) => {
    const at = [place, ...issue.path].join(".");
    if (issue.code === "invalid_key") return issue.issues.map(({ message }) => `${at}: ${message}`);
    if (issue.code !== "unrecognized_keys") return [`${at}: ${issue.message}`];
    return issue.keys.map((key) => {
      const meant = nearestWord(key, Object.keys(ScriptStep.shape));
      return `${at}: unknown key "${key}"${meant === null ? "" : `; did you mean "${meant}"?`}`;
    });
  });
}

/** The same script with every tool simulated; a text that is no script is left for its reader to refuse. */
export function withAllTools(text: string): string {
  if (text === "") return JSON.stringify({ [ALL_TOOLS]: true });
  const end = text.lastIndexOf("}");
  if (end === -1 || !parseScript(text, "").ok) return text;
  // Not written anew from what was read: an entry called __proto__ would be lost.
  const begun = text.slice(0, end).trimEnd();
  return `${begun}${begun.endsWith("{") ? "" : ","} ${JSON.stringify(ALL_TOOLS)}: true }`;
}

/** What the script says for this attempt; null when it does not know the node. */
export function stepFor(script: Script, node: string, visit: number, attempt: number): ScriptStep | null {
  const visits = script.nodes.get(node);
  if (!visits) return null;
  const entry = visits[Math.min(visit, visits.length) - 1]!;
  return "length" in entry
    ? (entry as readonly ScriptStep[])[Math.min(attempt, entry.length as number) - 1]!
    : entry;
}
