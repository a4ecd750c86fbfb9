import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { marked } from "marked";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import { redactor } from "../../engine/redact/redact.ts";
import { sentenceOf } from "../../engine/report/facts.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import { commandsFor } from "../../engine/report/html/gates.ts";
import { renderHtml } from "../../engine/report/html/page.ts";
import { reportJson, reportJsonSchema } from "../../engine/report/json.ts";
import { renderMarkdown } from "../../engine/report/markdown.ts";
import type { ReportModel } from "../../engine/report/model.ts";
import { renderTerminal } from "../../engine/report/terminal.ts";
import { keep } from "../artifacts.ts";
import { inBrowser } from "../browser.ts";
import { HISTORIES, history } from "../histories/read.ts";
import { failedRun } from "./example.ts";

const published = JSON.parse(
  readFileSync(new URL("../../schemas/report.schema.json", import.meta.url), "utf8"),
);
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const valid = ajv.compile(published);
const same = (text: string): string => text;
const answering = commandsFor(
  ({ id }, choice) => `answer ${id} ${choice}`,
  ({ id }) => `answer ${id}`,
  "Type:",
);
const page = (report: ReportModel, log: readonly RunEvent[], until = Date.parse(report.startedAt)) =>
  renderHtml({ report, log, until, answering, filesOf: () => [] });

function seen(name: string, length?: number) {
  const { pipeline, log } = history(name);
  const events = log.slice(0, length ?? log.length);
  const state = foldAll(pipeline, events);
  const next = [{ command: "attractor resume r1", why: "go on" }];
  return { events, report: reportOf(state, pipeline, { findings: [], next, links: [], events }) };
}

/** Words of a page or of markdown, without what marks them up. */
const words = (html: string): string =>
  html
    .replace(/<[^>]+>/g, "")
    .replace(
      /&(#?\w+);/g,
      (_, name: string) => ({ lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'" })[name] ?? "",
    );

describe("the four forms of a report", () => {
  it("R-OBS-4: the published schema is the one that the program writes by (npm run docs after a change)", () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())));
  });

  it.each(HISTORIES)(
    "R-OBS-4: of %s say the same of cause, what to do, stages and branches",
    async (name) => {
      const { report, events } = seen(name);
      const terminal = renderTerminal(report, same);
      const markdown = words(await marked.parse(renderMarkdown(report, same)));
      const html = words(await page(report, events));
      const json = reportJson(report, same);
      expect(valid(json), JSON.stringify(valid.errors)).toBe(true);
      for (const form of [terminal, markdown, html]) {
        const flat = form.replace(/\s+/g, " ");
        expect(flat).toContain(sentenceOf(report));
        if (report.story) expect(flat).toContain(report.story.advice);
        expect(flat).toContain("attractor resume r1");
        for (const { label } of report.stages.slice(0, 30)) expect(flat).toContain(label);
        for (const { label } of report.branches.slice(0, 30)) expect(flat).toContain(label);
      }
      expect(json.story?.sentence).toBe(report.story?.sentence);
      expect(json.totals.attempts).toBe(report.totals.attempts);
      expect(json.ledger?.attempts.length).toBe(report.ledger?.attempts.length);
    },
  );

  it("R-OBS-4: a JSON report of any moment keeps the schema", () => {
    for (const name of HISTORIES) {
      const { log } = history(name);
      for (const length of [1, 2, Math.floor(log.length / 3), Math.floor(log.length / 2)]) {
        const json = reportJson(seen(name, Math.max(1, length)).report, same);
        expect(valid(json), `${name} ${length}: ${JSON.stringify(valid.errors)}`).toBe(true);
      }
    }
  });

  it("R-OBS-4: the terminal's form stays short however large the run is, and moves no cursor", () => {
    const many = <T>(row: T): T[] => Array.from({ length: 3000 }, () => row);
    const large: ReportModel = {
      ...failedRun,
      stages: many(failedRun.stages[2]!),
      branches: many({ ...failedRun.branches[1]!, label: "a\x1b[2Jb\rc" }),
      path: many(failedRun.path[0]!),
      findings: many(failedRun.findings[0]!),
      causes: many({ ...failedRun.causes[0]!, reason: "line\n".repeat(500) }),
    };
    const text = renderTerminal(large, same);
    expect(text.split("\n").length).toBeLessThan(450);
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    expect(text.indexOf("turn limit reached")).toBeLessThan(40);
  });

  it("R-SEC-4: no form shows a secret", async () => {
    const redact = redactor(["tok-very-secret-1"]);
    const report: ReportModel = {
      ...failedRun,
      goal: "with tok-very-secret-1",
      story: { ...failedRun.story!, sentence: "x failed: tok-very-secret-1" },
    };
    expect(renderTerminal(report, redact)).not.toContain("very-secret");
    expect(renderMarkdown(report, redact)).not.toContain("very-secret");
    expect(JSON.stringify(reportJson(report, redact))).not.toContain("very-secret");
  });

  it("R-OBS-4: the page is one file that fetches and runs nothing; legible in light, dark, narrow and in print", async () => {
    const { report, events } = seen("fan-out-one-fails");
    const html = await page(report, events);
    expect(html).not.toMatch(/<script|<link|src=|url\(/i);
    for (const [colorScheme, width] of [
      ["light", 1280],
      ["dark", 1280],
      ["dark", 390],
    ] as const) {
      await inBrowser(
        async (tab) => {
          const asked: string[] = [];
          tab.on("request", (request) => asked.push(request.url()));
          const complaints: string[] = [];
          tab.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
          await tab.setContent(html);
          await keep(tab, `report-${colorScheme}-${width}`);
          expect(asked.filter((url) => /^https?:/.test(url))).toEqual([]);
          expect(complaints).toEqual([]);
          expect(await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
          const node = tab.locator("svg.attractor-graph a").nth(1);
          const anchor = (await node.getAttribute("href"))!.slice(1);
          expect(await tab.locator(`#s-stages #${anchor}`).count()).toBe(1);
          await tab.emulateMedia({ media: "print" });
          expect(await tab.locator("#s-events").isVisible()).toBe(false);
          expect(await tab.evaluate("getComputedStyle(document.body).color")).toBe("rgb(0, 0, 0)");
        },
        { colorScheme, width },
      );
    }
  });
});
