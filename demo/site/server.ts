/** The demo's own site, on loopback: GitHub's addresses, pages that follow what happens, and forms that act as the person. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { messageOf } from "../../engine/message-of.ts";
import type { DemoWorld } from "../world.ts";
import { type Answer, post } from "./actions.ts";
import { pageAt } from "./pages.ts";
import { createTicker } from "./ticker.ts";
import { pullPath } from "./views/shell.ts";

export interface Site {
  readonly url: string;
  /** From now on there is something to show. */
  show(world: DemoWorld): void;
  close(): Promise<void>;
}

/** Mermaid writes styles into what it draws; nothing comes from elsewhere. */
const CSP =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const app = new URL("../../engine/report/html/assets/", import.meta.url);
const own = new URL("assets/", import.meta.url);

/** What the pages ask for under `/-/`, also written beside snapshots. */
export const ASSETS: ReadonlyMap<string, { readonly type: string; readonly path: URL | string }> = new Map([
  ["page.css", { type: "text/css", path: new URL("page.css", app) }],
  ["icon.svg", { type: "image/svg+xml", path: new URL("icon.svg", app) }],
  ["site.css", { type: "text/css", path: new URL("site.css", own) }],
  ["site.js", { type: "text/javascript", path: new URL("site.js", own) }],
  [
    "mermaid.min.js",
    { type: "text/javascript", path: createRequire(import.meta.url).resolve("mermaid/dist/mermaid.min.js") },
  ],
]);

/** Raised when the site cannot listen where it was told to. */
class PortTaken extends Error {
  override readonly name = "PortTaken";
  readonly fix = "choose another --port, or none for any that is free";
  constructor(port: number, cause: Error) {
    super(`cannot listen on port ${port}: ${cause.message}`, { cause });
  }
}

/** Port 0: any that is free. */
export async function openSite(port: number): Promise<Site> {
  let world: DemoWorld | null = null;
  const ticker = createTicker();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end(`${messageOf(error)}\n`);
    });
  });
  await new Promise<void>((ready, failed) => {
    server.once("error", (error) => failed(new PortTaken(port, error)));
    server.listen(port, "127.0.0.1", ready);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hosts = new Set([new URL(url).host, `localhost:${new URL(url).port}`]);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = new URL(request.url ?? "/", url);
    const send = ({ status, type, body, headers = {} }: Answer): void => {
      response.writeHead(status, {
        "content-security-policy": CSP,
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "content-type": type,
        ...headers,
      });
      response.end(body);
    };
    // A page elsewhere that points a name of its own at this machine must not act as the person.
    if (!hosts.has(request.headers.host ?? ""))
      return send(plain(403, "open this site by the address it printed"));
    if (world === null) return send(plain(503, "still starting"));
    if (at.pathname === "/bestiary") {
      const { status, text } = world.bestiary.answer();
      return send(plain(status, text));
    }
    if (request.method === "POST") {
      const { origin } = request.headers;
      if (origin !== undefined && !hosts.has(origin.replace(/^http:\/\//, "")))
        return send(plain(403, "that came from another site"));
      const done = await post(world, at.pathname, request);
      ticker.tick();
      return send(done);
    }
    if (at.pathname === "/") return send(redirect(pullPath(world)));
    if (at.pathname === "/-/events") return ticker.join(response);
    const asset = at.pathname.startsWith("/-/") ? ASSETS.get(at.pathname.slice(3)) : undefined;
    if (asset)
      return send({ status: 200, type: `${asset.type}; charset=utf-8`, body: readFileSync(asset.path) });
    const artifact = /^\/-\/artifacts\/(\d+)\.zip$/.exec(at.pathname)?.[1];
    const kept = artifact === undefined ? undefined : world.repository.artifacts.get(Number(artifact));
    if (kept?.finalized) return send(download(kept.name, readFileSync(kept.file)));
    const page = await pageAt(world, at, url);
    send(
      page
        ? { status: 200, type: "text/html; charset=utf-8", body: page.text }
        : plain(404, "there is no such page"),
    );
  }

  return {
    url,
    show(shown) {
      world = shown;
      ticker.follow(shown.box);
    },
    async close() {
      ticker.close();
      await new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      });
    },
  };
}

const plain = (status: number, text: string): Answer => ({
  status,
  type: "text/plain; charset=utf-8",
  body: `${text}\n`,
});
const redirect = (location: string): Answer => ({ ...plain(303, location), headers: { location } });
const download = (name: string, body: Buffer): Answer => ({
  status: 200,
  type: "application/zip",
  body,
  headers: { "content-disposition": `attachment; filename="${name.replace(/[^\w.-]/g, "_")}.zip"` },
});
