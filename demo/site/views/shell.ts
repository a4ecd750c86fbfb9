/** The frame of the demo's pages: what GitHub would show, on this machine. */

import type { CheckRun } from "../../../box/state/records.ts";
import { html, type Markup, type Part } from "../../../engine/report/html/markup.ts";
import type { DemoWorld } from "../../world.ts";

export type Tab = "conversation" | "checks" | "actions" | "files";

export interface Shell {
  readonly world: DemoWorld;
  readonly title: string;
  readonly tab: Tab;
  readonly main: Part;
}

export const rootOf = ({ repository }: DemoWorld): string => `/${repository.fullName}`;
export const pullPath = (world: DemoWorld): string => `${rootOf(world)}/pull/${world.pull}`;

export function shell({ world, title, tab, main }: Shell): Markup {
  const tabs: [Tab, string, string][] = [
    ["conversation", "Pull request", pullPath(world)],
    ["checks", "Checks", `${pullPath(world)}/checks`],
    ["actions", "Actions", `${rootOf(world)}/actions`],
    ["files", "Files", `${rootOf(world)}/tree/${world.repository.defaultBranch}`],
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${world.repository.fullName}</title>
<link rel="icon" href="/-/icon.svg">
<link rel="stylesheet" href="/-/page.css">
<link rel="stylesheet" href="/-/site.css">
<script src="/-/mermaid.min.js" defer></script>
<script src="/-/site.js" defer></script>
</head>
<body>
<header class="top"><div class="width"><strong class="brand"><a href="/">${world.repository.owner.login} / ${world.repository.name}</a></strong>
<span class="where">GitHub in a box, on this machine</span></div>
<nav class="width tabs" aria-label="Pages">${tabs.map(
    ([id, words, href]) =>
      html`<a href="${href}"${id === tab ? html` aria-current="page"` : null}>${words}</a>`,
  )}<a class="out" href="${world.runsUrl}">Run pages of the app</a></nav></header>
<main class="width" id="main">
${main}
</main>
</body>
</html>`;
}

export type Look = "running" | "waiting" | "success" | "fail" | "canceled" | "skipped" | "pending";

/** GitHub's words for a state, as the colours that all pages here use. */
export function lookOf(status: string, conclusion: string | null): Look {
  if (status === "in_progress") return "running";
  if (status !== "completed") return "pending";
  switch (conclusion) {
    case "success":
      return "success";
    case "action_required":
      return "waiting";
    case "cancelled":
      return "canceled";
    case "skipped":
    case "neutral":
      return "skipped";
    default:
      return "fail";
  }
}

const WORDS: Readonly<Record<Look, string>> = {
  running: "in progress",
  waiting: "action required",
  success: "success",
  fail: "failure",
  canceled: "cancelled",
  skipped: "skipped",
  pending: "queued",
};

export const dot = (look: Look): Markup =>
  html`<span class="dot s-${look}" role="img" aria-label="${WORDS[look]}"></span>`;

/** The buttons that GitHub shows on a completed check. */
export function buttons(check: CheckRun): Markup | null {
  if (check.status !== "completed" || check.actions.length === 0) return null;
  return html`<span class="buttons">${check.actions.map(
    (action) =>
      html`<form method="post" action="/-/click"><input type="hidden" name="check" value="${check.id}"><input type="hidden" name="identifier" value="${action.identifier}"><button title="${action.description}">${action.label}</button></form>`,
  )}</span>`;
}

/** Of the box's clock; seconds are enough to see the order. */
export const clockTime = (ms: number): Markup => {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(11, 19)}</time>`;
};
