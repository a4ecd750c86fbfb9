/** `/runs/OWNER/REPO` and `/runs/OWNER/REPO/RUN`: what a signed link opens. Read-only, and nothing else is served. */
import { readFileSync } from "node:fs";
import { html, type Markup, type Part } from "../../engine/report/html/markup.ts";
import { pageHeaders } from "../../engine/report/html/page-headers.ts";
import { shell } from "../../engine/report/html/shell.ts";
import type { AppOptions, Pages } from "../probot/server.ts";
import { type LinkOptions, linkSigner, pageLinks, type Scope } from "./sign.ts";
import { type RunSource, runSource, type SeenRun } from "./source.ts";
import { createStreams } from "./streams.ts";
import { listMain } from "./views/list.ts";
import { runPageMain } from "./views/run.ts";

export interface PagesOptions extends LinkOptions {
  /** GitHub's pages, for links. */
  readonly serverUrl: string;
  /** How often a run that somebody watches is looked at. */
  readonly lookEveryMs?: number;
}

const LOOK_EVERY_MS = 5000;

const HEADERS = pageHeaders("'none'");

const framed = (page: Omit<Parameters<typeof shell>[0], "foot">): Markup =>
  shell({ ...page, foot: "Read-only. Commands are given on the pull request." }, "/runs/-");

const ADDRESS = /^\/runs\/([A-Za-z0-9][\w-]*)\/([\w.-]+)(?:\/([A-Za-z0-9][\w.-]{0,79})(\/events)?)?$/;
const PER_PAGE = 20;

const asset = (name: string, type: string): [string, { type: string; body: Buffer }] => [
  `/runs/-/${name}`,
  { type, body: readFileSync(new URL(`../../engine/report/html/assets/${name}`, import.meta.url)) },
];

/** For `startApp`: it says how a repository is reached and what must not be shown. */
export function runPages(options: PagesOptions): NonNullable<AppOptions["pages"]> {
  return (served, redact) => pagesOf(options, runSource(served), redact);
}

function pagesOf(options: PagesOptions, source: RunSource, redact: (text: string) => string): Pages {
  const { now, serverUrl } = options;
  const links = pageLinks(options);
  const signer = linkSigner(options.webhookSecret);
  const assets = new Map([
    asset("page.css", "text/css; charset=utf-8"),
    asset("live.js", "text/javascript; charset=utf-8"),
    asset("icon.svg", "image/svg+xml"),
  ]);
  const mainOf = (repository: string, run: SeenRun): Promise<Markup> =>
    runPageMain({ run, repository, serverUrl, now: now(), redact });
  const streams = createStreams({
    everyMs: options.lookEveryMs ?? LOOK_EVERY_MS,
    look: async (repository, runId) => {
      const run = await source.run(repository, runId);
      return (
        run && {
          seq: run.state.seq,
          ended: run.state.ended !== null,
          html: async () => (await mainOf(repository, run)).text,
        }
      );
    },
  });

  async function runPage(repository: string, runId: string, url: URL, scope: Scope): Promise<Markup | null> {
    const run = await source.run(repository, runId);
    if (!run) return null;
    const up: Part =
      scope === "repository"
        ? html`<a href="/runs/${repository}${url.search}">${repository}</a>`
        : repository;
    return framed({
      title: `${run.state.started?.graph.path ?? run.pipeline.name} · ${repository}`,
      crumbs: html`${up} / <span>${runId}</span>`,
      main: await mainOf(repository, run),
      live: run.state.ended ? null : `/runs/${repository}/${runId}/events${url.search}`,
    });
  }

  async function listPage(repository: string, url: URL): Promise<Markup | null> {
    const ids = await source.ids(repository);
    if (!ids) return null;
    const page = Math.max(1, Math.min(1000, Number(url.searchParams.get("page")) || 1));
    const runs = await Promise.all(
      ids.slice((page - 1) * PER_PAGE, page * PER_PAGE).map((id) => source.run(repository, id)),
    );
    const query = new URLSearchParams(url.search);
    query.set("page", String(page + 1));
    return framed({
      title: `Runs of ${repository}`,
      crumbs: repository,
      main: listMain({
        repository,
        runs: runs.filter((run) => run !== null),
        total: ids.length,
        hrefOf: (id) => links.runPath(repository, id),
        older: ids.length > page * PER_PAGE ? `/runs/${repository}?${query}` : null,
        now: now(),
        redact,
      }),
      live: null,
    });
  }

  return {
    url: links.run,
    async handle(request, response) {
      const url = new URL(request.url ?? "/", "http://pages");
      if (url.pathname !== "/runs" && !url.pathname.startsWith("/runs/")) return false;
      const send = (status: number, type: string, body: string | Buffer, more = {}): true => {
        response.writeHead(status, { ...HEADERS, "content-type": type, ...more });
        response.end(request.method === "HEAD" ? undefined : body);
        return true;
      };
      const page = (status: number, markup: Markup): true =>
        send(status, "text/html; charset=utf-8", markup.text);
      if (request.method !== "GET" && request.method !== "HEAD")
        return send(405, "text/plain", "these pages are read-only\n", { allow: "GET, HEAD" });
      const known = assets.get(url.pathname);
      if (known) return send(200, known.type, known.body, { "cache-control": "max-age=300" });
      const found = ADDRESS.exec(url.pathname);
      const [, owner = "", name = "", runId = null, events] = found ?? [];
      const repository = `${owner}/${name}`;
      // Without a right link nobody learns whether a repository or a run exists.
      const scope = found && signer.opens(url.searchParams, repository, runId, now());
      if (!scope) return page(403, CLOSED);
      if (runId !== null && events) {
        streams.join(repository, runId, request, response, HEADERS);
        return true;
      }
      const made = await (runId === null
        ? listPage(repository, url)
        : runPage(repository, runId, url, scope));
      return made ? page(200, made) : page(404, MISSING);
    },
    close: () => streams.close(),
  };
}

const plain = (title: string, words: string): Markup =>
  framed({
    title,
    crumbs: null,
    main: html`<section class="title"><h1>${title}</h1><p>${words}</p></section>`,
    live: null,
  });
const CLOSED = plain(
  "This link opens nothing",
  "Links to runs are signed and live for some weeks. Open the run from its check on the pull request, or comment /attractor status there for a fresh one.",
);
const MISSING = plain(
  "There is no such run",
  "It may have been pruned, or the app is no longer installed there.",
);
