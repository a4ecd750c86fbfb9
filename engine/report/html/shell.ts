/** The frame of every page: head, breadcrumb, content, foot. */
import { html, type Markup, type Part } from "./markup.ts";

export interface Shell {
  readonly title: string;
  readonly crumbs: Part;
  readonly main: Part;
  /** Where the live part comes from; null: this page stays as it is. */
  readonly live: string | null;
  readonly foot: string;
}

/** Where a server has the style and the script. */
export function shell({ title, crumbs, main, live, foot }: Shell, assets: string): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${assets}/icon.svg">
<link rel="stylesheet" href="${assets}/page.css">
${live === null ? null : html`<script src="${assets}/live.js" defer></script>`}
</head>
${body({ crumbs, main, live, foot })}
</html>`;
}

export function body({ crumbs, main, live, foot }: Omit<Shell, "title">): Markup {
  return html`<body>
<header class="top"><div class="width"><strong class="brand">Attractor</strong><nav aria-label="Where">${crumbs}</nav>${
    live === null ? null : html`<span class="live" id="live" hidden>live</span>`
  }</div></header>
<main class="width" id="main"${live === null ? null : html` data-live="${live}"`}>
${main}
</main>
<footer class="width">${foot}</footer>
</body>`;
}

export const STATUS_WORDS = {
  running: "Running",
  waiting: "Waits for a person",
  paused: "Paused for a provider",
  success: "Succeeded",
  fail: "Failed",
  canceled: "Canceled",
} as const;

export const pill = (status: keyof typeof STATUS_WORDS): Markup =>
  html`<span class="pill s-${status}">${STATUS_WORDS[status]}</span>`;

/** For people and machines: the moment, and nothing about where the reader lives. */
export const moment = (ms: number): Markup => {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
};
