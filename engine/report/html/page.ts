/** The report as one file of HTML: nothing is fetched and nothing runs, so it can be kept, sent and printed. */
import { readFileSync } from "node:fs";
import { html, type Markup, trusted } from "./markup.ts";
import { type RunMain, runMain } from "./run-main.ts";
import { body } from "./shell.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export async function renderHtml(given: RunMain): Promise<string> {
  const css = readFileSync(new URL("assets/page.css", import.meta.url), "utf8");
  const page: Markup = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${given.report.graph}: ${given.report.status}</title>
<style>${trusted(css)}</style>
</head>
${body({
  crumbs: html`run <span>${given.report.runId}</span>`,
  main: await runMain(given),
  live: null,
  foot: "Made from the run's log.",
})}
</html>
`;
  return page.text;
}
