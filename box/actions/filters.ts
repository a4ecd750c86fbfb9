/** The filters of `on:` that the box evaluates. One that it does not know is a violation, never skipped. */
import { z } from "zod";

const names = z.union([z.string().transform((one) => [one]), z.array(z.string())]).optional();
const filters = z.strictObject({
  types: names,
  branches: names,
  "branches-ignore": names,
  tags: names,
  "tags-ignore": names,
  workflows: names,
});

/** Of events whose default is not "all". */
const DEFAULT_TYPES: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["opened", "synchronize", "reopened"],
};

export interface Happening {
  readonly name: string;
  readonly action: string | undefined;
  /** Branch or tag that filters are about: the pushed ref, a pull request's base, the branch of a `workflow_run`. */
  readonly ref: string;
  /** Of a `workflow_run`. */
  readonly workflow: string | undefined;
}

export function wants(
  configuration: unknown,
  { name, action, ref, workflow }: Happening,
): boolean | { problem: string } {
  const parsed = filters.safeParse(configuration ?? {});
  if (!parsed.success) return { problem: `on.${name}: ${z.prettifyError(parsed.error)}` };
  const { types = DEFAULT_TYPES[name], branches, tags, workflows } = parsed.data;
  if (action !== undefined && types !== undefined && !types.includes(action)) return false;
  if (workflows !== undefined && !workflows.includes(workflow ?? "")) return false;
  const isTag = ref.startsWith("refs/tags/");
  const short = ref.replace(/^refs\/(heads|tags)\//, "");
  const ignored = isTag ? parsed.data["tags-ignore"] : parsed.data["branches-ignore"];
  if (ignored !== undefined) return !matches(ignored, short);
  const wanted = isTag ? tags : branches;
  if (wanted !== undefined) return matches(wanted, short);
  // A push filter on branches alone leaves tags out, and the other way round.
  return name !== "push" || (isTag ? branches : tags) === undefined;
}

/** Later patterns win; `!` takes out. */
function matches(patterns: readonly string[], name: string): boolean {
  let found = false;
  for (const pattern of patterns) {
    const negative = pattern.startsWith("!");
    if (glob(negative ? pattern.slice(1) : pattern).test(name)) found = !negative;
  }
  return found;
}

/** `?` and `+` are about the character before them, `[0-9]` is one of those; a backslash takes the meaning away. */
function glob(pattern: string): RegExp {
  const source = pattern.replaceAll(/\\.|\*\*|\[[A-Za-z0-9-]+\]|[*?+]|[.^${}()|[\]\\]/g, (found) => {
    if (found === "**") return ".*";
    if (found === "*") return "[^/]*";
    return /^(?:[?+]|\\.|\[.+\])$/.test(found) ? found : `\\${found}`;
  });
  return new RegExp(`^${source}$`);
}
