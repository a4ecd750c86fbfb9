import type { AttributeScope } from "../../attributes/kinds.ts";
import { ATTRIBUTES, attributeRow } from "../../attributes.ts";
import { nearestWord } from "../../nearest.ts";
import type { LintContext } from "../context.ts";
import { attributeProblems, type Written } from "../facts/attributes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

const NAMES = new Map<AttributeScope, readonly string[]>(
  (["graph", "node", "edge"] as const).map((scope) => [
    scope,
    ATTRIBUTES.filter((row) => row.scope === scope).flatMap((row) => [row.name, ...row.aliases]),
  ]),
);

/** Where more names than this are unknown, they are no slips. */
const MOST_GUESSES = 200;

export const rule: BuiltInRule = {
  code: "unknown_attribute",
  severity: "warning",
  title: "Attributes are known",
  explain:
    "An attribute that nothing reads is kept and has no effect, so a slip such as promt or max_retry goes unnoticed until the run does not do as it was told. One that resembles no known name is taken for the author's own and only noted, once for each name.",
  fix: "Correct the name; the attribute reference lists all of them.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [promt="Do it", label="Work"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", label="Work", color=blue]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    const judged = new Map<string, Advice | null>();
    const noted = new Set<string>();
    for (const written of context.once(attributeProblems).unknown) {
      const { attr, scope } = written;
      const name = `${scope} ${attr.key}`;
      const advice = judged.has(name)
        ? judged.get(name)!
        : advise(scope, attr.key, judged.size < MOST_GUESSES);
      judged.set(name, advice);
      if (advice === null && (noted.has(name) || isCustom(context, written))) continue;
      noted.add(name);
      yield { ...place(written), ...(advice ?? note(attr.key, scope)) };
    }
  },
};

type Advice = Pick<LintFinding, "message" | "fix" | "severity">;

function advise(scope: AttributeScope, key: string, guess: boolean): Advice | null {
  const asDefault = scope === "graph" && attributeRow("graph", `default_${key}`);
  if (asDefault) {
    return { message: `the graph has no attribute ${key}`, fix: `write ${asDefault.name} for all stages` };
  }
  const other = (["graph", "node", "edge"] as const).find((one) => one !== scope && attributeRow(one, key));
  if (other !== undefined) {
    const fix =
      scope === "graph" && other === "node"
        ? `write node [${key}=…] for all nodes that follow`
        : "move it there";
    return { message: `${key} is an attribute of ${PLURAL[other]}; here it has no effect`, fix };
  }
  const near = guess ? nearestWord(key, NAMES.get(scope) ?? []) : null;
  if (near === null) return null;
  return { message: `nothing reads ${key}; did you mean ${near}?`, fix: `write ${near}` };
}

const PLURAL = { graph: "the graph", node: "nodes", edge: "edges" } as const;

const note = (key: string, scope: AttributeScope): Advice => ({
  severity: "info",
  message: `nothing reads the ${scope} attribute ${key}; it is kept as the author's own`,
  fix: "leave it if a handler of your own reads it, else delete it",
});

/** A handler of the caller's own may read whatever it likes. */
const isCustom = ({ customTypes }: LintContext, { node }: Written): boolean =>
  customTypes.has(node?.attrs.get("type")?.value ?? "");

const place = ({ attr, node, edge }: Written): Pick<LintFinding, "at" | "node" | "edge"> => ({
  at: attr.keyAt,
  ...(node === undefined ? {} : { node }),
  ...(edge === undefined ? {} : { edge }),
});
