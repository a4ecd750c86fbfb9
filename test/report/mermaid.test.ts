import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { renderMermaid } from "../../engine/report/mermaid.ts";
import { mermaidText } from "../../engine/report/mermaid-text.ts";
import { NODE_STATES, type RunOverlay } from "../../engine/report/overlay.ts";
import type { Picture } from "../../engine/report/picture.ts";
import { inBrowser } from "../browser.ts";
import { edge, node, picture } from "./example.ts";

const require = createRequire(import.meta.url);
const MERMAID = require.resolve("mermaid/dist/mermaid.min.js");
const KINDS = [
  "start",
  "exit",
  "agent",
  "tool",
  "conditional",
  "wait.human",
  "parallel",
  "parallel.fan_in",
  "stack.manager_loop",
] as const;

const HOSTILE = [
  "end",
  "graph TD; A-->B",
  "say \"hi\" & 'bye'",
  "`code` **bold** _em_",
  "<script>alert(1)</script>",
  "<b>bold</b> <img src=x onerror=alert(1)>",
  "a]b)c}d>e|f",
  "%%{init: {'theme':'dark'}}%%",
  "%% comment",
  "style x fill:#f00; end",
  "style:#35; classDef a:#1;",
  'click n0 href "javascript:alert(1)"',
  "#quot; #35; &amp; &#64;",
  "1. list",
  "- item",
  "# heading",
  "$$x^2$$ \\(y\\)",
  "fa:fa-car :::danger",
  "漢字 العربية 🎉👩‍👩‍👧 ﬂ°°x¶ß é",
  "---\ntitle: x\n---",
  "@{ shape: rect }",
  "subgraph one",
  "__proto__",
  'a\nb \\" c',
  "https://example.org/?a=1&b=2",
];

interface Drawn {
  readonly title?: string;
  readonly error?: string;
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  readonly scripts: number;
}

/** Draws with Mermaid's own defaults, as GitHub does, and reads back the labels as a person sees them. */
async function draw(texts: readonly string[]): Promise<readonly Drawn[] | null> {
  return inBrowser(async (page) => {
    await page.setContent("<body><div id=place></div></body>");
    await page.addScriptTag({ path: MERMAID });
    const drawn: Drawn[] = [];
    for (const text of texts) drawn.push(await page.evaluate(IN_PAGE, text));
    return drawn;
  });
}

/** Runs in the page; as text, for the tests know no DOM. */
const IN_PAGE = new Function(
  "text",
  `const place = document.getElementById("place");
   const labels = (selector) => Array.from(place.querySelectorAll(selector), (label) => label.innerText.trim());
   mermaid.initialize({ startOnLoad: false });
   return mermaid.render("drawing", text).then(({ svg }) => {
     place.innerHTML = svg;
     return { title: place.querySelector(".flowchartTitleText")?.textContent, nodes: labels(".nodeLabel"), edges: labels("span.edgeLabel"), scripts: place.querySelectorAll("script,img,a,b,iframe").length };
   }, (error) => ({ error: String(error), nodes: [], edges: [], scripts: 0 }));`,
) as (text: string) => Promise<Drawn>;

const readable = (text: string): string => text.replaceAll("\u200b", "").replace(/\s+/g, " ").trim();

it("a real browser draws every hostile label as the text it is", async () => {
  const wild = picture(
    HOSTILE.map((label, at) => node(`id ${at}`, KINDS[at % KINDS.length]!, { label })),
    HOSTILE.slice(1).map((label, at) => edge(`id ${at}`, `id ${at + 1}`, { label, restart: at % 3 === 0 })),
  );
  const drawn = await draw([renderMermaid(wild).text, renderMermaid(wild, everyState(wild)).text]);
  if (!drawn) return;
  for (const { error, nodes, scripts } of drawn) {
    expect(error).toBeUndefined();
    expect(scripts).toBe(0);
    expect(nodes).toHaveLength(HOSTILE.length);
  }
  expect(drawn[0]!.nodes.map(readable)).toEqual(HOSTILE.map(readable));
  expect(drawn[0]!.edges.map((label) => readable(label.replace("↻ ", "")))).toEqual(
    HOSTILE.slice(1).map(readable),
  );
  expect(drawn[1]!.nodes[3]).toBe(`${HOSTILE[3]}\nsuccess · 4× · 3 s`);
});

it("a graph at Mermaid's limits is drawn, one beyond them is folded into layers and drawn", async () => {
  const full = renderMermaid(chain(499, 10));
  const wide = fan(300);
  const folded = [renderMermaid(wide, everyState(wide)), renderMermaid(chain(400, 200))];
  expect(full.folded).toBe(false);
  expect(folded.map(({ folded: each }) => each)).toEqual([true, true]);
  const drawn = await draw([full.text, ...folded.map(({ text }) => text)]);
  for (const { error } of drawn ?? []) expect(error).toBeUndefined();
}, 180_000);

it("layers count the states of their stages and name the most urgent", () => {
  const wide = fan(300);
  const overlay: RunOverlay = {
    nodes: wide.nodes.map(({ id }, at) => ({
      id,
      state: at === 7 || at === 9 ? "fail" : "success",
      visits: 1,
      durationMs: 5,
    })),
  };
  const { text } = renderMermaid(wide, overlay);
  expect(text).toContain('"302 stages and 600 edges, folded into layers by distance from the start"');
  expect(text).toContain('l1["300 stages · 298 success · 2 fail<br/>b6, b8"]');
  expect(text).toMatch(/class l1 fail\n/);
  expect(text).toMatch(/class l0,l2 success\n/);
});

it.each([200, 20_000])(
  "stays within 45,000 characters for a chain of %i stages with long labels",
  (length) => {
    expect(renderMermaid(chain(length, 5000)).text.length).toBeLessThanOrEqual(45_000);
  },
);

it("R-EASE-8: each state has its look; without a run each kind of stage has one", () => {
  const nodes = NODE_STATES.map((state) => node(state));
  const all = { nodes: NODE_STATES.map((state) => ({ id: state, state, visits: 2, durationMs: 61_000 })) };
  const { text } = renderMermaid(picture(nodes, []), all);
  for (const [at, state] of NODE_STATES.entries()) {
    expect(text).toMatch(new RegExp(`\n  classDef ${state} fill:#[^\n;]+\n  class n${at} ${state}\n`));
    expect(text).toContain(`"${state}<br/>${state} · 2× · 1 m 1 s"`);
  }
  const kinds = KINDS.map((kind) => node(kind, kind));
  const bare = renderMermaid(picture(kinds, [])).text;
  for (const look of ["ends", "agent", "tool", "choice", "person", "fan", "manager"])
    expect(bare).toMatch(new RegExp(`\n  classDef ${look} fill:#[^\n;]+\n  class n[\\d,n]+ ${look}\n`));
  expect(bare).not.toContain("classDef pending");
});

it("R-EASE-8: the title stands over the drawing in a real browser, whatever it is", async () => {
  const titles = ["Port the game", ...HOSTILE];
  const drawn = await draw(titles.map((title) => renderMermaid(picture([node("a")], [], { title })).text));
  if (!drawn) return;
  for (const { error, scripts } of drawn) expect([error, scripts]).toEqual([undefined, 0]);
  expect(drawn[0]?.title).toBe("Port the game");
});

it("failure edges are dotted, restarts are marked, and conditions are told beside labels", () => {
  const edges = [
    edge("a", "b", { label: "ok", tone: "success" }),
    edge("b", "a", { tone: "fail", when: "not success" }),
    edge("b", "a", { label: "again", when: "transient_infra", restart: true }),
  ];
  const { text } = renderMermaid(picture([node("a"), node("b")], edges));
  expect(text).toContain(
    'n0 -->|"ok"| n1\n  n1 -.->|"not success"| n0\n  n1 -.->|"↻ again, transient_infra"| n0',
  );
});

it("a long label is cut between characters", () => {
  expect(mermaidText("👩‍👩‍👧".repeat(50), 5)).toBe(`${mermaidText("👩‍👩‍👧".repeat(4), 5)}…`);
});

function everyState({ nodes }: Picture): RunOverlay {
  const state = (at: number) => NODE_STATES[at % NODE_STATES.length]!;
  return {
    nodes: nodes.map(({ id }, at) => ({ id, state: state(at), visits: at + 1, durationMs: at * 1000 })),
  };
}

function chain(length: number, label: number): Picture {
  const nodes = Array.from({ length }, (_, at) =>
    node(`n${at}`, at === 0 ? "start" : "tool", { label: "<x>".repeat(label / 3) }),
  );
  return picture(
    nodes,
    nodes.slice(1).map((each, at) => edge(`n${at}`, each.id)),
  );
}

function fan(width: number): Picture {
  const branches = Array.from({ length: width }, (_, at) => node(`b${at}`));
  return picture(
    [node("fan", "start"), ...branches, node("join", "parallel.fan_in")],
    branches.flatMap(({ id }) => [edge("fan", id), edge(id, "join")]),
  );
}
