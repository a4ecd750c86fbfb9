import { describe, expect, it } from "vitest";
import { LAYOUT_ATTRIBUTES } from "../../engine/graph/attributes/layout.ts";
import { ATTRIBUTES, attributeRow } from "../../engine/graph/attributes.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import { PROBES, type Probe } from "./attribute-probes.ts";

function measure(scope: string, probe: Probe, name: string | null): unknown {
  const written = (here: string): string =>
    here === scope && name !== null ? `${JSON.stringify(name)}=${JSON.stringify(probe.value)}` : "";
  const source = `digraph g {
    graph [${written("graph")}]
    start [shape=Mdiamond]
    exit [shape=Msquare]
    a [label=A]
    b [label=B]
    subgraph s { ${written("subgraph")}
      work [${[probe.beside ?? "", written("node")].filter((part) => part !== "").join(", ")}]
    }
    start -> work
    work -> {a b} [${written("edge")}]
    {a b} -> exit
  }`;
  const { pipeline, diagnostics } = prepare(source, {
    readPrompt: (path) => ({ ok: true, text: `the text of ${path}` }),
    readGraph: () => ({
      ok: true,
      text: "digraph s { b [shape=Mdiamond]; x [label=X]; e [shape=Msquare]; b -> x -> e }",
    }),
  });
  if (pipeline === null)
    throw new Error(JSON.stringify(diagnostics.filter(({ severity }) => severity === "error")));
  return probe.effect(pipeline, pipeline.stages.get("work")!, pipeline.out.get("work")![0]!);
}

describe.each(["graph", "node", "edge", "subgraph"] as const)("attributes of a %s", (scope) => {
  const rows = ATTRIBUTES.filter((row) => row.scope === scope);

  it.each(rows.filter(({ support }) => support.is === "honoured").map((row) => [row.name, row] as const))(
    "R-LANG-5: %s does what the table says",
    (name, row) => {
      const probe = PROBES[scope]?.[name];
      if (probe === undefined) throw new Error(`no test says what ${scope} ${name} does`);
      expect(measure(scope, probe, null)).not.toEqual(probe.is);
      for (const spelling of [name, ...row.aliases])
        expect(measure(scope, probe, spelling)).toEqual(probe.is);
    },
  );

  it("has no test for an attribute that the table does not know", () => {
    for (const name of Object.keys(PROBES[scope]!)) expect(attributeRow(scope, name)?.name).toBe(name);
  });
});

const REFUSED = ATTRIBUTES.flatMap(({ scope, name, support }) =>
  support.is === "refused" ? [[scope, name, support] as const] : [],
);
it.each(REFUSED)(
  "R-LANG-5: the table refuses %s %s, and lint agrees",
  (scope, name, { severity, reason }) => {
    const [graph, node] = scope === "graph" ? [`${name}=1`, ""] : ["", `${name}=1`];
    const source = `digraph g { graph [${graph}]; start; exit; w [${node}]; start -> w -> exit }`;
    const found = prepare(source).diagnostics.filter(({ rule }) => rule === "refused_attribute");
    expect(found).toMatchObject([{ severity }]);
    expect(found[0]?.message).toContain(reason);
  },
);

describe("the table", () => {
  it("R-LANG-5: says of every honoured attribute what it does", () => {
    for (const row of ATTRIBUTES) {
      if (row.support.is === "honoured") expect(row.effect).toMatch(/^[A-Z`].*\.$/s);
      else expect(row.support.reason).not.toBe("");
    }
  });

  it("names nothing twice in one scope, aliases included", () => {
    const names = ATTRIBUTES.flatMap((row) =>
      [row.name, ...row.aliases].map((name) => `${row.scope} ${name}`),
    );
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it("R-LANG-5: holds every attribute of the specification's appendix", () => {
    const appendix = {
      graph:
        "goal label model_stylesheet default_max_retries default_max_retry default_fidelity retry_target fallback_retry_target stack.child_dotfile stack.child_workdir tool_hooks.pre tool_hooks.post",
      node: "label shape type prompt max_retries goal_gate retry_target fallback_retry_target fidelity thread_id class timeout llm_model llm_provider reasoning_effort auto_status allow_partial",
      edge: "label condition weight fidelity thread_id loop_restart",
    } as const;
    for (const scope of ["graph", "node", "edge"] as const) {
      for (const name of appendix[scope].split(" "))
        expect(attributeRow(scope, name)?.support.is, name).toBe("honoured");
    }
  });

  it("calls nothing that it honours a matter of layout", () => {
    for (const { name, aliases } of ATTRIBUTES) {
      for (const spelling of [name, ...aliases])
        expect(LAYOUT_ATTRIBUTES.has(spelling), spelling).toBe(false);
    }
  });
});
