/** Pages of the demo as files that need no server: links between saved pages work, others are plain text. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { html, type Markup } from "../engine/report/html/markup.ts";
import type { Scene } from "./play.ts";
import { runCheck } from "./play.ts";
import { ASSETS } from "./site/server.ts";
import { pullPath, rootOf } from "./site/views/shell.ts";
import type { DemoWorld } from "./world.ts";

export interface Album {
  /** Saves what the main pages show now. */
  take(scene: Scene): Promise<void>;
  /** Writes the index and returns its path. */
  bind(): Promise<string>;
}

interface Saved {
  readonly scene: Scene;
  readonly pages: readonly (readonly [title: string, file: string])[];
}

export interface AlbumOptions {
  readonly world: DemoWorld;
  readonly siteUrl: string;
  readonly out: string;
}

export function createAlbum({ world, siteUrl, out }: AlbumOptions): Album {
  mkdirSync(out, { recursive: true });
  for (const [name, { path }] of ASSETS) cpSync(path, join(out, name));
  const saved: Saved[] = [];

  async function save(url: string, file: string, names: ReadonlyMap<string, string>): Promise<void> {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    writeFileSync(join(out, file), standAlone(await answer.text(), names));
  }

  return {
    async take(scene) {
      const checkUrl = runCheck(world)?.detailsUrl;
      const pages: [string, string, string][] = [
        ["Pull request", pullPath(world), `${scene.name}-pull-request.html`],
        ["Check", `${pullPath(world)}/checks`, `${scene.name}-check.html`],
        ["Actions", `${rootOf(world)}/actions`, `${scene.name}-actions.html`],
        ...hops(world).map((id, at): [string, string, string] => [
          `Hop ${at + 1}`,
          `${rootOf(world)}/actions/runs/${id}`,
          `${scene.name}-hop-${at + 1}.html`,
        ]),
        ...(await workPages(siteUrl, world)).map((url): [string, string, string] => [
          "What changed",
          url,
          `${scene.name}-work.html`,
        ]),
        ...(checkUrl ? [["Run page", checkUrl, `${scene.name}-run.html`] as [string, string, string]] : []),
      ];
      const names = new Map(pages.map(([, url, file]) => [url, file]));
      for (const [, url, file] of pages) await save(new URL(url, siteUrl).href, file, names);
      saved.push({ scene, pages: pages.map(([title, , file]) => [title, file]) });
    },
    async bind() {
      const branch = [...(await branchesOf(siteUrl, world))].find((name) => name.startsWith("attractor/"));
      if (branch !== undefined)
        await save(`${siteUrl}${rootOf(world)}/tree/${branch}`, "result.html", new Map());
      for (const each of world.repository.artifacts.values())
        if (each.finalized) cpSync(each.file, join(out, `${each.name}.zip`));
      const path = join(out, "index.html");
      writeFileSync(path, index(saved, branch !== undefined, world).text);
      return path;
    },
  };
}

const hops = ({ repository }: DemoWorld): number[] => [...repository.runs.values()].map((run) => run.id);

/** The page that the run's comment leads to when there is something to see. */
async function workPages(siteUrl: string, world: DemoWorld): Promise<string[]> {
  const page = await (await fetch(`${siteUrl}${pullPath(world)}`)).text();
  const [, url] = /href="(\/[^"?]*\/compare\/[^"?]*)"/.exec(page) ?? [];
  return url === undefined ? [] : [url];
}

async function branchesOf(siteUrl: string, world: DemoWorld): Promise<string[]> {
  const page = await (
    await fetch(`${siteUrl}${rootOf(world)}/tree/${world.repository.defaultBranch}`)
  ).text();
  return [...page.matchAll(/\/tree\/([^"]+)"/g)].map((match) => match[1] as string);
}

/** Assets beside it, links to files beside it, and nothing that asks a server. */
function standAlone(page: string, names: ReadonlyMap<string, string>): string {
  return page
    .replace(/(href|src)="\/(?:-|runs\/-)\/([\w.-]+)"/g, '$1="$2"')
    .replace("<body>", '<body class="saved">')
    .replace(/<script src="live\.js"[^>]*><\/script>/, "")
    .replace(/href="(https?:[^"]+|\/[^"]*)"/g, (_all, url: string) => {
      const file = names.get(url.replaceAll("&amp;", "&")) ?? names.get(url.replace(/\?.*$/, ""));
      return file === undefined ? 'href="#"' : `href="${file}"`;
    });
}

function index(saved: readonly Saved[], result: boolean, world: DemoWorld): Markup {
  const artifacts = [...world.repository.artifacts.values()].filter((each) => each.finalized);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>A run on GitHub, from comment to end</title><link rel="icon" href="icon.svg"><link rel="stylesheet" href="page.css"></head>
<body><main class="width"><section class="title"><h1>A run on GitHub, from comment to end</h1>
<p class="goal">Played on this machine with the real workflow files, action and app; saved as pages.</p></section>
${saved.map(
  ({ scene, pages }) =>
    html`<section class="card"><h2>${scene.title}</h2><p class="links">${pages.map(
      ([title, file]) => html`<a href="${file}">${title}</a> `,
    )}</p></section>`,
)}
${result ? html`<section class="card"><h2>What the run left</h2><p class="links"><a href="result.html">Files of its work branch</a></p></section>` : null}
${
  artifacts.length === 0
    ? null
    : html`<section class="card"><h2>Artifacts</h2><p class="links">${artifacts.map((each) => html`<a href="${each.name}.zip">${each.name}</a> `)}</p></section>`
}</main></body></html>`;
}
