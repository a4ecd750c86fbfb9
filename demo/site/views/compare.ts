/** What a branch holds beyond another or a commit: the diff, as a person looks at what a run made. */
import { commitAt } from "../../../box/git/refs.ts";
import { gitText } from "../../../box/git/run.ts";
import { diffLines } from "../../../engine/report/html/diff-lines.ts";
import { html, type Markup } from "../../../engine/report/html/markup.ts";
import type { DemoWorld } from "../../world.ts";
import { rootOf } from "./shell.ts";

const LARGEST = 200_000;

export async function compare(world: DemoWorld, range: string, open: boolean): Promise<Markup | null> {
  const { gitDir } = world.repository;
  const [from = "", to = ""] = range.split("...");
  const [base, head] = await Promise.all([from, to].map((name) => commitAt(gitDir, fullName(name))));
  if (base === undefined || head === undefined) return null;
  const diff = await gitText(gitDir, ["diff", "--no-color", "--no-ext-diff", base, head]);
  const files = diff.split(/^(?=diff --git )/m).filter((part) => part !== "");
  return html`<section class="title" id="s-title"><h1>What changed</h1><p class="muted"><code>${shortOf(from)}</code> … <a href="${rootOf(world)}/tree/${to}"><code>${to}</code></a></p>${
    open ? html`<p class="muted">On GitHub “Create pull request” stands here.</p>` : null
  }</section>
${files.map(
  (part, at) =>
    html`<section class="card" id="s-file-${at}"><h2>${nameOf(part)}</h2><pre class="source diff">${diffLines(part.slice(0, LARGEST))}</pre></section>`,
)}`;
}

const fullName = (name: string): string => (/^[0-9a-f]{40}$/.test(name) ? name : `refs/heads/${name}`);

const shortOf = (name: string): string => (/^[0-9a-f]{40}$/.test(name) ? name.slice(0, 12) : name);

const nameOf = (part: string): string => /^diff --git a\/.* b\/(.*)$/m.exec(part)?.[1] ?? "";
