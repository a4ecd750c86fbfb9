/** The action's inputs, typed and validated once. Strings from a workflow are hostile until here. */
import * as z from "zod/mini";
import "../engine/core/zod-messages.ts";
import { READ_ONLY, type ReadOnly } from "../engine/core/read-only-stages.ts";
import { once } from "../engine/once.ts";
import { type ControlOutput, parseControlOutput } from "./hop/control-output.ts";

const PARTS = ["single", "trunk", "branch", "next", "command", "sweep"] as const;
type Part = (typeof PARTS)[number];

const RunId = once(() => z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/)));

const HopInput = once(() =>
  z.object({
    v: z.literal(1),
    run: RunId(),
    hop: z.int().check(z.positive()),
    epoch: z.int().check(z.positive()),
    tip: z.string().check(z.regex(/^[0-9a-f]{40,64}$/)),
  }),
);
export type HopInput = z.infer<ReturnType<typeof HopInput>>;

/** In a hop's place: what `attractor doctor --live` dispatches. Its title is made like a hop's, so it has the same keys. */
const ProbeInput = once(() =>
  z.object({
    v: z.literal(1),
    probe: z.literal(true),
    run: z.string().check(z.regex(/^doctor-\d{10}-[0-9a-f]{8}$/)),
  }),
);

/** In a hop's place: leave the end of that run as an artifact. */
const FinalInput = once(() => z.object({ v: z.literal(1), final: z.literal(true), run: RunId() }));

export interface Inputs {
  readonly part: Part;
  readonly graph: string;
  /** Ref or SHA to work on; "" is the commit of the workflow run. */
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly budgetUsd: number | null;
  readonly hop: HopInput | null;
  /** What a comment would say, typed into the dispatch form; "" when nobody did. */
  readonly command: string;
  /** Name of the probe that this workflow run is, and nothing else. */
  readonly probe: string | null;
  /** The run whose end this workflow run leaves as an artifact, and nothing else. */
  readonly final: string | null;
  /** What the trunk job before this one said; null where it said nothing, or none was before it. */
  readonly go: ControlOutput | null;
  /** A leg's id, from the matrix. */
  readonly leg: string;
  /** The run that this job belongs to. */
  readonly run: string;
  /** Which use of the action in its workflow run this is; "" where there is only one. */
  readonly use: string;
  readonly token: string;
  /** For pull requests in place of the job's; "" when there is none. */
  readonly pullRequestToken: string;
  /** Keys by name; the configuration says which of them a stage is given. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly config: string;
  readonly coordinator: "app" | "workflow";
  readonly simulate: string;
  /** Somebody cancelled the workflow run. */
  readonly canceled: boolean;
  /** Of one job alone. `stage`: stages run as another user and it may write. `job`: it may only read. */
  readonly durability: "stage" | "job";
  /** Which stages jobs of this workflow file run that may only read; such a branch's job is one of them. */
  readonly readOnly: ReadOnly;
  readonly minutes: number;
}

export const runsStages = ({ part, final, readOnly }: Inputs): boolean =>
  final === null && (part === "single" || part === "branch" || (part === "trunk" && readOnly !== "all"));

/** This job's token may only read: stages run as its own user, and what they do is handed over by artifact. */
export const onlyReads = ({
  part,
  durability,
  readOnly,
}: Pick<Inputs, "part" | "durability" | "readOnly">): boolean =>
  durability === "job" || (part === "branch" && readOnly !== "none");

class InputError extends Error {
  override readonly name = "InputError";
}

/** As `action.yml` hands them over: a shell passes on no name with a hyphen. */
export const inputIn =
  (env: NodeJS.ProcessEnv) =>
  (name: string): string =>
    (env[`INPUT_${name.toUpperCase().replaceAll("-", "_")}`] ?? "").trim();

const oneOf = <T extends string>(all: readonly T[], text: string): T | null =>
  all.find((one) => one === text) ?? null;

/** `get` reads one input by name, trimmed, "" when absent. */
export function readInputs(get: (name: string) => string): Inputs {
  const part = oneOf(PARTS, get("part") || "single");
  if (part === null)
    throw new InputError(
      /^(?:claim|settle)$/.test(get("part")) ? OLD_FILE : `part must be one of ${PARTS.join(", ")}`,
    );
  const graph = get("graph");
  if (/(?:^|\/)\.\.(?:\/|$)|^\/|\0/.test(graph))
    throw new InputError("graph must be a path inside the repository");
  const budget = get("budget");
  const usd = budget === "" ? null : Number(budget);
  if (usd !== null && !(Number.isFinite(usd) && usd > 0))
    throw new InputError(`budget must be a number of dollars, not ${JSON.stringify(budget)}`);
  const coordinator = get("coordinator") || "workflow";
  if (coordinator !== "app" && coordinator !== "workflow")
    throw new InputError("coordinator must be app or workflow");
  const durability = get("durability") || "stage";
  if (durability !== "stage" && durability !== "job") throw new InputError("durability must be stage or job");
  const readOnly = oneOf(READ_ONLY, get("read-only") || "none");
  if (readOnly === null) throw new InputError(`read-only must be one of ${READ_ONLY.join(", ")}`);
  if (part !== "single" && durability === "job") throw new InputError(OLD_FILE);
  const minutes = Number(get("timeout-minutes") || "360");
  if (!(Number.isFinite(minutes) && minutes > 0))
    throw new InputError("timeout-minutes must be the job's own, a number of minutes");
  return {
    part,
    graph,
    ref: get("ref"),
    inputs: readPairs(get("inputs"), "inputs"),
    budgetUsd: usd,
    ...readHop(get("hop")),
    command: get("command"),
    go: parseControlOutput(get("go")),
    leg: get("leg"),
    run: get("run"),
    use: [get("use"), get("name")].join(" ").trim(),
    token: get("token"),
    pullRequestToken: get("pull-request-token"),
    secrets: readPairs(get("secrets"), "secrets"),
    config: get("config") || ".github/attractor.yml",
    coordinator,
    simulate: get("simulate"),
    canceled: get("canceled") === "true",
    durability,
    readOnly,
    minutes,
  };
}

const OLD_FILE =
  "this workflow file is of an earlier version, whose stage jobs may write nothing (durability: job). That is `jobs: { contents: read }` in .github/attractor.yml now: run `attractor init --upgrade` and commit what it changes";

function readHop(text: string): Pick<Inputs, "hop" | "probe" | "final"> {
  const none = { hop: null, probe: null, final: null };
  if (text === "") return none;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InputError("hop is no JSON; it is written by the coordinator, leave it empty to start a run");
  }
  const probe = ProbeInput().safeParse(json);
  if (probe.success) return { ...none, probe: probe.data.run };
  const final = FinalInput().safeParse(json);
  if (final.success) return { ...none, final: final.data.run };
  const hop = HopInput().safeParse(json);
  if (!hop.success) throw new InputError(`hop cannot be read: ${z.prettifyError(hop.error)}`);
  return { ...none, hop: hop.data };
}

/** GitHub masks a secret wherever it stands, and drops an output that holds one: a short one stands everywhere. */
const SHORTEST_SECRET = 8;

export function refuseShortSecrets(secrets: Inputs["secrets"]): void {
  const short = Object.entries(secrets).filter(([, value]) => value !== "" && value.length < SHORTEST_SECRET);
  if (short.length === 0) return;
  const names = short.map(([name]) => name).join(", ");
  throw new InputError(
    `${names}: shorter than ${SHORTEST_SECRET} characters, so that GitHub would take it for a part of other texts and drop outputs that the run's jobs need; use a longer one, or a variable if it is no secret`,
  );
}

/** `key=value`, one a line. */
function readPairs(text: string, input: string): Record<string, string> {
  const pairs = new Map<string, string>();
  for (const line of text
    .split("\n")
    .map((each) => each.trim())
    .filter((each) => each !== "")) {
    const at = line.indexOf("=");
    if (at < 1)
      throw new InputError(
        input === "inputs"
          ? `inputs takes key=value lines, not ${JSON.stringify(line.slice(0, 80))}`
          : `${input} takes NAME=value lines, and one of them has no name`,
      );
    pairs.set(line.slice(0, at).trim(), line.slice(at + 1));
  }
  return Object.fromEntries(pairs);
}
