/** What a `workflow_dispatch` may be given: GitHub's checks, in GitHub's words. */
import { z } from "zod";
import { unprocessable } from "../http/answer.ts";

const LONGEST = 65_535;

const declaration = z.object({
  inputs: z
    .record(
      z.string(),
      z
        .object({
          required: z.boolean().default(false),
          default: z.unknown().optional(),
          type: z.enum(["string", "boolean", "number", "choice", "environment"]).default("string"),
          options: z.array(z.coerce.string()).default([]),
        })
        .nullable()
        .transform(
          (one) => one ?? { required: false, default: undefined, type: "string" as const, options: [] },
        ),
    )
    .nullish()
    .transform((inputs) => new Map(Object.entries(inputs ?? {}))),
});

/** Given values over the file's defaults, all as text. */
export function dispatchInputs(
  configuration: unknown,
  given: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const parsed = declaration.safeParse(configuration ?? {});
  if (!parsed.success)
    throw unprocessable(`Invalid workflow: on.workflow_dispatch: ${z.prettifyError(parsed.error)}`);
  const declared = parsed.data.inputs;
  const unexpected = Object.keys(given).filter((name) => !declared.has(name));
  if (unexpected.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  if (JSON.stringify(given).length > LONGEST) throw unprocessable("inputs are too large.");
  const inputs: Record<string, string> = {};
  for (const [name, { required, default: fallback, type, options }] of declared) {
    const value = given[name] ?? fallback;
    if (value === undefined || value === null || value === "") {
      if (required) throw unprocessable(`Required input '${name}' not provided`);
      inputs[name] = type === "boolean" ? "false" : "";
      continue;
    }
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    if (type === "choice" && !options.includes(text)) {
      throw unprocessable(`Provided value '${text}' for input '${name}' not in the list of allowed values`);
    }
    if (type === "boolean" && text !== "true" && text !== "false") {
      throw unprocessable(`Provided value '${text}' for input '${name}' is not a boolean`);
    }
    if (type === "number" && Number.isNaN(Number(text))) {
      throw unprocessable(`Provided value '${text}' for input '${name}' is not a number`);
    }
    inputs[name] = text;
  }
  return inputs;
}
