import fc from "fast-check";
import { marked } from "marked";
import { expect, it } from "vitest";
import { redactor } from "../../engine/redact/redact.ts";
import { renderMarkdown } from "../../engine/report/markdown.ts";
import type { ReportModel } from "../../engine/report/model.ts";
import { edge, failedRun, node, picture, stage } from "./example.ts";

const same = (text: string): string => text;
const render = (more: Partial<ReportModel> = {}): string => renderMarkdown({ ...failedRun, ...more }, same);
const HOSTILE =
  "| @octocat `x` </details> <img src=x> ```\n~~~ \\ [a](b) #12 $" + "{{ secrets.X }} ::warning::";

it("R-EASE-7: begins with the cause in words, then what to do; signatures, classes and counts come after", () => {
  const text = render();
  const [title, ...rest] = text.split("\n");
  expect(title).toBe("### ❌ Verify the monsters failed: turn limit reached (max_turns=8)");
  expect(rest.join("\n")).toContain("7 h 47 m · 7 attempts · 120,400 tokens · $7.88 known, not complete");
  const places = [
    "**What to do now**",
    "/attractor resume",
    "7 h 47 m · 7 attempts",
    "**Findings**",
    "**Path**",
    "**Branches**",
    "<summary>4 stages</summary>",
  ];
  const order = [...places, "**Cost**", "The chain of causes as recorded"].map((words) =>
    text.indexOf(words),
  );
  expect(order.every((at) => at > 0)).toBe(true);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(text.indexOf("turn_limit</code>")).toBeGreaterThan(text.indexOf("<details>"));
});

it("R-OBS-4: a column that says nothing of any row does not stand there, nor a number that is zero or unknown", () => {
  const nothing = { tokens: 0, costUsd: 0, costComplete: true, durationMs: 5, attempts: 2 };
  const text = render({
    totals: nothing,
    providers: [],
    branches: [],
    stages: [stage("a", "fail", nothing), stage("b", "success", nothing)],
  });
  expect(text).toContain("|  | Stage | Attempts | Time |");
  expect(text).not.toMatch(/\d tokens|Cost|\$0/);
});

it("R-FAIL-1: every cause stands in it verbatim, with node, branch, class and signature", () => {
  const text = render();
  expect(text).toContain(
    "<code>join</code>, <code>deterministic</code>, signature <code>join&#124;2</code>\n\n```text\nall parallel branches failed\n```",
  );
  expect(text).toContain(
    "```text\nturn limit reached (max_turns=8)\nlast tool: `cargo test` | 3 failed\n```",
  );
  expect(text).toContain("in branch <code>03-impl_monsters</code>, <code>budget_exhausted</code>");
});

it("says what to type right after what happened", () => {
  expect(render()).toMatch(
    /Raise the limit that it names, then resume\.\n\nGo on after the last completed stage:\n\n```\n\/attractor resume\n```\n/,
  );
});

it("R-OBS-1: an unknown cost is told as unknown, in totals and rows", () => {
  const unknown = { tokens: null, costUsd: null, costComplete: false, durationMs: null, attempts: 1 };
  const text = render({
    totals: unknown,
    durationMs: null,
    branches: [],
    stages: [stage("a", "fail", unknown)],
  });
  expect(text).toContain("failed · 1 attempt · cost unknown · run");
  expect(text).toContain("| ❌ | <code>a</code> | unknown |");
  expect(text).not.toMatch(/\$0/);
  expect(render()).toContain("| 3 | 4 | 1.2 s | 120,400 | ≥ $7.88 |");
});

it("R-RUN-5: a run that was not real says so", () => {
  expect(render({ notReal: ["agents were simulated"] })).toContain(
    "**Not a real run:** agents were simulated.",
  );
});

it("R-SEC-8: what nothing confined is named", () => {
  expect(render({ notConfined: ["not confined: commands of the agents of zai: why"] })).toContain(
    "**Confinement:** not confined: commands of the agents of zai: why.",
  );
});

it("shows the graph with the states of its stages", () => {
  const html = marked.parse(render(), { async: false });
  expect(html).toContain("flowchart TB");
  expect(html).toMatch(/class n2,n3 fail/);
});

it("a waiting gate names its answers, its deadline and what happens then", () => {
  const gate = {
    id: "decide",
    question: "Ship it?",
    choices: ["[Y] Yes", "[N] No"],
    deadline: "2026-11-27T10:00:00Z",
    defaultChoice: "[N] No",
    shows: [{ name: "plan.md", kind: "text" as const, text: "1. Do it", left: 12 }],
  };
  const text = render({ status: "waiting", story: null, causes: [], gates: [gate] });
  expect(text).toMatch(/^### ✋ .* asks: Ship it\?\n/);
  expect(text).toContain(
    "<details open><summary>plan.md</summary>\n\n```text\n1. Do it\n```\n\n_12 more characters._",
  );
  expect(text).toContain(
    "Answers: <code>&#91;Y&#93; Yes</code>, <code>&#91;N&#93; No</code>. Until 2026-11-27 10:00 UTC, then <code>&#91;N&#93; No</code> is taken.",
  );
  expect(render({ gates: [{ ...gate, choices: [], defaultChoice: null }] })).toContain(
    "Answers: free text. Until 2026-11-27 10:00 UTC, then the gate fails.",
  );
});

it("R-AGENT-18: a paused run names who wants to be paid, what was said, and until when it waits", () => {
  const pause = {
    ...{ id: "plan", branchKey: "par/v1/01-plan", provider: "anthropic", reason: "HTTP 402: pay" },
    until: "2026-11-28T10:00:00Z",
    deadline: "2026-12-04T10:00:00Z",
  };
  const text = render({ status: "paused", causes: [], pauses: [pause] });
  expect(text).toMatch(/^### ⏸️ .* is paused: anthropic asks for money or time\n/);
  expect(text).toContain(
    "⏸️ <code>plan</code> in branch <code>par/v1/01-plan</code>: <code>anthropic</code> refused. It says that it may be asked again from 2026-11-28T10:00:00Z. Without `resume` it fails at 2026-12-04T10:00:00Z.",
  );
  expect(text).toContain("HTTP 402: pay");
});

it("nothing in a report makes markup, a mention or a link", () => {
  const hostile = JSON.parse(
    JSON.stringify(failedRun, (key, value: unknown) =>
      typeof value === "string" &&
      !["state", "status", "severity", "class", "kind", "direction", "tone"].includes(key)
        ? HOSTILE
        : value,
    ),
  ) as ReportModel;
  const text = renderMarkdown(hostile, same);
  expect(text).not.toMatch(/(?<![A-Za-z0-9])@[a-z]/i);
  const html = marked.parse(text, { async: false });
  const tags = new Set(Array.from(html.matchAll(/<([a-z][a-z0-9]*)/g), (tag) => tag[1]));
  expect([...tags].sort()).toEqual([
    "code",
    "details",
    "em",
    "h3",
    "li",
    "p",
    "pre",
    "strong",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
  ]);
  expect(html.match(/<details>/g)).toHaveLength(html.match(/<\/details>/g)!.length);
});

it("secrets are masked before marks are escaped", () => {
  const secret = "_pa|ss*word_";
  const text = renderMarkdown(
    { ...failedRun, goal: `use ${secret}`, graph: `g-${secret}` },
    redactor([secret]),
  );
  expect(text).toContain("use \\*\\*\\*");
  expect(text).not.toMatch(/pa\\?\|ss/);
});

it("links anywhere but to the web are left out", () => {
  expect(
    render({
      links: [
        { title: "x", url: "javascript:alert(1)" },
        { title: "y", url: "https://a.b/)(c" },
      ],
    }),
  ).not.toMatch(/javascript|a\.b/);
});

const long = (length: number): string =>
  "many words of a long reason @octocat ``` | ".repeat(Math.ceil(length / 40));
const large = (amount: number): ReportModel => ({
  ...failedRun,
  causes: Array.from({ length: amount }, () => ({ ...failedRun.causes[0]!, reason: long(9000) })),
  picture: picture(
    Array.from({ length: amount }, (_, at) => node(`n${at}`, "agent", { label: long(100) })),
    Array.from({ length: amount - 1 }, (_, at) => edge(`n${at}`, `n${at + 1}`, { label: long(100) })),
  ),
  stages: Array.from({ length: amount }, (_, at) =>
    stage(`n${at}`, at % 3 ? "success" : "fail", { label: long(300) }),
  ),
  branches: Array.from({ length: amount }, (_, at) => ({
    ...failedRun.branches[1]!,
    key: `b${at}`,
    cause: { ...failedRun.causes[1]!, reason: long(9000) },
  })),
  findings: Array.from({ length: amount }, () => ({ ...failedRun.findings[0]!, evidence: long(5000) })),
  next: [{ command: "/attractor resume", why: long(2000) }],
});

it.each([10, 100, 3000])(
  "a run of %i stages, causes and branches stays within 60,000 characters and keeps its ends",
  (amount) => {
    const text = renderMarkdown(large(amount), same);
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toMatch(/^### ❌ /);
    expect(text).toContain("The chain of causes as recorded");
    expect(text).toMatch(/```\n\/attractor resume\n```\n/);
    const html = marked.parse(text, { async: false });
    expect(html.match(/<details>/g)!.length).toBe(html.match(/<\/details>/g)!.length);
  },
);

it("any bound is kept and the text stays well formed", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1500, max: 20_000 }), fc.integer({ min: 1, max: 40 }), (max, amount) => {
      const text = renderMarkdown(large(amount), same, max);
      expect(text.length).toBeLessThanOrEqual(max);
      expect(text.isWellFormed()).toBe(true);
      expect(text).toMatch(/```\n\/attractor resume\n```\n/);
    }),
    { numRuns: 25 },
  );
});
