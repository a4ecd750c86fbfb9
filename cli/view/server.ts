/** The pages on loopback. The address holds a secret: other users and other sites on this machine cannot guess it. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createStreams, type Look } from "../../app/pages/streams.ts";
import { runFolderOwner } from "../../engine/ledger/lock.ts";
import { FILES } from "../../engine/local/folder.ts";
import { html, type Markup } from "../../engine/report/html/markup.ts";
import { pageHeaders } from "../../engine/report/html/page-headers.ts";
import { shell } from "../../engine/report/html/shell.ts";
import { filePage, listMain, runPage, type Site } from "./site.ts";

const LOOK_EVERY_MS = 1000;
const MOST_BODY = 64 * 1024;
const FOOT = "These pages are served on this machine alone, until attractor view ends.";

const HEADERS = pageHeaders("'self'");

const ASSETS = new Map([
  ["page.css", "text/css; charset=utf-8"],
  ["live.js", "text/javascript; charset=utf-8"],
  ["icon.svg", "image/svg+xml"],
]);

export interface ViewOptions {
  readonly port: number;
  /** The run folders, asked for at each look at the list. */
  readonly roots: () => Promise<ReadonlyMap<string, string>>;
  /** Records the answer; what goes wrong is told on the page. */
  readonly answer: (root: string, gate: string, label: string) => Promise<void>;
  readonly redact: (text: string) => string;
  readonly lookEveryMs?: number;
}

export interface View {
  readonly url: string;
  readonly runUrl: (runId: string) => string;
  close(): Promise<void>;
}

export async function startView(options: ViewOptions): Promise<View> {
  const base = `/${randomBytes(16).toString("base64url")}`;
  const site: Site = { base, redact: options.redact };
  const streams = createStreams({
    everyMs: options.lookEveryMs ?? LOOK_EVERY_MS,
    look: async (_, runId) => {
      const root = (await options.roots()).get(runId);
      if (root === undefined) return null;
      return looks.at(root, async () => {
        const { main, over, length } = await runPage(root, site);
        return { seq: length + 1, ended: over, html: async () => main.text };
      });
    },
  });
  const looks = lookWhenMoved();
  const server = createServer((request, response) => {
    void handle({ ...options, site, streams }, request, response).catch((error: Error) => {
      if (!response.headersSent)
        response.writeHead(500, { ...HEADERS, "content-type": "text/plain; charset=utf-8" });
      response.end(`${options.redact(error.message)}\n`);
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(options.port, "127.0.0.1", listening);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}${base}`,
    runUrl: (runId) => `${origin}${base}/runs/${encodeURIComponent(runId)}`,
    async close() {
      streams.close();
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}

/** A run whose log and driver are as they were looks as it did: a log is not read whole each second for nothing. */
function lookWhenMoved() {
  const last = new Map<string, { readonly mark: string; readonly look: Look }>();
  return {
    async at(root: string, look: () => Promise<Look>): Promise<Look> {
      const size = await stat(join(root, FILES.log)).then(
        (found) => found.size,
        () => 0,
      );
      const mark = `${size} ${(await runFolderOwner(root))?.pid ?? ""}`;
      const known = last.get(root);
      if (known?.mark === mark) return known.look;
      const fresh = await look();
      last.set(root, { mark, look: fresh });
      return fresh;
    },
  };
}

type Handling = ViewOptions & { readonly site: Site; readonly streams: ReturnType<typeof createStreams> };

async function handle(given: Handling, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { site, streams } = given;
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const send = (status: number, type: string, body: string | Buffer, more = {}): void => {
    response.writeHead(status, { ...HEADERS, "content-type": type, ...more });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  const page = (status: number, title: string, main: Markup, live: string | null, up = true): void => {
    const crumbs = up ? html`<a href="${site.base}">runs</a> / <span>${title}</span>` : title;
    send(
      status,
      "text/html; charset=utf-8",
      shell({ title, crumbs, main, live, foot: FOOT }, `${site.base}/-`).text,
    );
  };
  const missing = (): void =>
    page(404, "nothing here", html`<section class="title"><h1>There is nothing here</h1></section>`, null);
  // A name that leads here from elsewhere is no address of ours.
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.headers.host ?? ""))
    return send(403, "text/plain", "no\n");
  if (url.pathname !== site.base && !url.pathname.startsWith(`${site.base}/`))
    return send(404, "text/plain", "no\n");
  const [room = "", id = "", part = ""] = url.pathname
    .slice(site.base.length + 1)
    .split("/")
    .map(decodeURIComponent);
  const type = room === "-" ? ASSETS.get(id) : undefined;
  if (type !== undefined)
    return send(200, type, readFileSync(new URL(`../../engine/report/html/assets/${id}`, import.meta.url)));
  const roots = await given.roots();
  if (room === "") return page(200, "runs", await listMain([...roots.values()], site), null, false);
  const root = room === "runs" ? roots.get(id) : undefined;
  if (root === undefined) return missing();
  const at = `${site.base}/runs/${encodeURIComponent(id)}`;
  if (part === "answer" && request.method === "POST") {
    const form = await formOf(request);
    await given.answer(root, form.get("gate") ?? "", form.get("label") ?? "");
    response.writeHead(303, { ...HEADERS, location: at }).end();
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD")
    return send(405, "text/plain", "no\n", { allow: "GET, HEAD" });
  if (part === "events") return streams.join("", id, request, response, HEADERS);
  if (part === "file") {
    const main = filePage(
      root,
      url.searchParams.get("at") ?? "",
      url.searchParams.get("name") ?? "",
      site.redact,
    );
    return main === null ? missing() : page(200, id, main, null);
  }
  if (part !== "") return missing();
  const { title, main, over } = await runPage(root, site);
  page(200, title, main, over ? null : `${at}/events`);
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MOST_BODY) throw new Error("the answer is too long");
    chunks.push(chunk as Buffer);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}
