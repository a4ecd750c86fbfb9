/** The files of a branch, so that the work a run leaves can be seen. */

import { git, gitText, tryGit } from "../../../box/git/run.ts";
import { html, type Markup } from "../../../engine/report/html/markup.ts";
import type { DemoWorld } from "../../world.ts";
import { markdown } from "../markdown.ts";
import { rootOf } from "./shell.ts";

const LARGEST = 200_000;

async function branches({ repository }: DemoWorld): Promise<string[]> {
  const text = await gitText(repository.gitDir, ["for-each-ref", "--format=%(refname:short)", "refs/heads/"]);
  return text.split("\n").filter(Boolean);
}

export async function tree(world: DemoWorld, branch: string): Promise<Markup | null> {
  const all = await branches(world);
  if (!all.includes(branch)) return null;
  const { gitDir } = world.repository;
  const names = (await gitText(gitDir, ["ls-tree", "-r", "--name-only", "-z", `refs/heads/${branch}`]))
    .split("\0")
    .filter(Boolean);
  const result = names.includes("LEVEL.txt") ? await text(gitDir, branch, "LEVEL.txt") : null;
  const readme =
    result === null && names.includes("README.md") ? await text(gitDir, branch, "README.md") : null;
  return html`<section class="title" id="s-title"><h1>Files</h1><p class="branches">${all.map(
    (each) =>
      html`<a href="${rootOf(world)}/tree/${each}"${each === branch ? html` aria-current="true"` : null}><code>${each}</code></a> `,
  )}</p></section>
${result === null ? null : html`<section class="card" id="s-level"><h2>LEVEL.txt, as the run left it</h2><pre class="level">${result}</pre></section>`}
<section class="card" id="s-files"><ul class="files">${names.map(
    (name) =>
      html`<li><a href="${rootOf(world)}/blob/${branch}?path=${encodeURIComponent(name)}">${name}</a></li>`,
  )}</ul></section>
${readme === null ? null : html`<section class="card" id="s-readme"><div class="body">${markdown(readme, [])}</div></section>`}`;
}

export async function blob(world: DemoWorld, branch: string, path: string): Promise<Markup | null> {
  if (!(await branches(world)).includes(branch)) return null;
  const content = await text(world.repository.gitDir, branch, path);
  if (content === null) return null;
  return html`<section class="title" id="s-title"><h1>${path}</h1><p class="muted">on <a href="${rootOf(world)}/tree/${branch}"><code>${branch}</code></a></p></section>
<section class="card" id="s-blob"><pre class="${path.endsWith(".txt") ? "level" : "source"}">${content}</pre></section>`;
}

async function text(gitDir: string, branch: string, path: string): Promise<string | null> {
  const name = `refs/heads/${branch}:${path}`;
  const size = await tryGit(gitDir, ["cat-file", "-s", name]);
  if (size.code !== 0 || Number(size.stdout.toString()) > LARGEST) return null;
  return (await git(gitDir, ["cat-file", "blob", name])).toString("utf8");
}
