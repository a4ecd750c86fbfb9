/** An action's `action.yml`, checked by GitHub's parser: a JavaScript action or a composite one. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { literal, pairsOf } from "../expressions/template.ts";
import { NoOperationTraceWriter, parseAction } from "../load-parser.ts";
import { nameOf, type Place, readPlaceFile } from "../places.ts";
import { fieldsOf } from "../workflow/fields.ts";
import type { StepDefinition } from "../workflow/model.ts";
import { readSteps } from "../workflow/read-steps.ts";
import { withSingleLineScalars } from "../workflow/single-line.ts";

export interface NodeRuns {
  readonly kind: "node";
  readonly main: string;
  readonly pre: string | undefined;
  readonly preIf: string;
  readonly post: string | undefined;
  readonly postIf: string;
}

export interface CompositeRuns {
  readonly kind: "composite";
  readonly steps: readonly StepDefinition[];
  readonly outputs: ReadonlyMap<string, TemplateToken>;
}

export interface Action {
  /** Where the files are on disk. */
  readonly folder: string;
  /** Where it comes from. */
  readonly place: Place;
  readonly inputs: ReadonlyMap<string, TemplateToken | undefined>;
  /** An input that the action does not know is an error, not the usual warning: the action is a stand-in. */
  readonly strict: boolean;
  readonly runs: NodeRuns | CompositeRuns;
}

export class InvalidAction extends Error {
  override readonly name = "InvalidAction";
}

const ROOT_KEYS = ["name", "description", "author", "inputs", "outputs", "runs", "branding"] as const;
const NODE_KEYS = ["using", "main", "pre", "pre-if", "post", "post-if"] as const;
/** Node 20 left the runners in September 2026; its actions run on 24 since. */
const NODE_VERSIONS: ReadonlySet<string> = new Set(["node20", "node24"]);

/** The file's text and name, whichever of the two spellings is there. */
export async function findActionFile(place: Place, path: string): Promise<string | undefined> {
  const at = path === "" ? "" : `${path.replace(/\/+$/, "")}/`;
  return (await readPlaceFile(place, `${at}action.yml`)) ?? (await readPlaceFile(place, `${at}action.yaml`));
}

export function readAction(content: string, name: string, folder: string, place: Place): Action {
  const { context, value } = parseAction(
    { name, content: withSingleLineScalars(content) },
    new NoOperationTraceWriter(),
  );
  const refuse = (message: string): never => {
    throw new InvalidAction(`Failed to load ${name} of ${nameOf(place)}: ${message}`);
  };
  const stopOnErrors = () => {
    const errors = context.errors.getErrors();
    if (errors.length > 0) refuse(errors.map((error) => error.message).join("; "));
  };
  stopOnErrors();
  if (value === undefined) return refuse("the file is empty");
  const fields = fieldsOf(value, name, ROOT_KEYS);
  const using = pairsOf(fields.runs).find(([key]) => key === "using")?.[1];
  const kind = using === undefined ? "" : literal(using);
  const inputs = new Map(
    pairsOf(fields.inputs).map(([input, spec]) => {
      const known = ["description", "required", "default", "deprecationMessage", "type"] as const;
      return [input.toLowerCase(), fieldsOf(spec, `input \`${input}\``, known).default] as const;
    }),
  );
  const strict = place.kind === "folder" && place.strict;
  if (kind === "composite") {
    const runs = fieldsOf(fields.runs, "`runs`", ["using", "steps"]);
    const steps = runs.steps === undefined ? [] : readSteps(context, runs.steps);
    stopOnErrors();
    const outputs = new Map(
      pairsOf(fields.outputs).flatMap(([output, spec]) => {
        const { value: token } = fieldsOf(spec, `output \`${output}\``, ["description", "value"]);
        return token === undefined ? [] : [[output, token] as const];
      }),
    );
    return { folder, place, inputs, strict, runs: { kind: "composite", steps, outputs } };
  }
  if (!NODE_VERSIONS.has(kind)) {
    return refuse(`the box runs \`composite\`, \`node20\` and \`node24\` actions, not \`using: ${kind}\``);
  }
  const runs = fieldsOf(fields.runs, "`runs`", NODE_KEYS);
  const text = (token: TemplateToken | undefined) => (token === undefined ? undefined : literal(token));
  return {
    folder,
    place,
    inputs,
    strict,
    runs: {
      kind: "node",
      main: text(runs.main) ?? refuse("`runs.main` is missing"),
      pre: text(runs.pre),
      preIf: text(runs["pre-if"]) ?? "always()",
      post: text(runs.post),
      postIf: text(runs["post-if"]) ?? "always()",
    },
  };
}
