/** HTTP of the artifact service and of the storage behind it. */

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { readBody } from "../http/body.ts";
import { send } from "../http/send.ts";
import type { Artifact } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { artifactById, jobById } from "./find.ts";
import { readRuntimeToken } from "./runtime-token.ts";
import { type BlobUse, readSignedUrl } from "./signed-url.ts";
import { artifactMethods, TwirpError } from "./twirp.ts";

const SERVICE = "/twirp/github.actions.results.api.v1.ArtifactService/";

export async function serveTwirp(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const bytes = await readBody(request);
  try {
    const method = artifactMethods.get(path.startsWith(SERVICE) ? path.slice(SERVICE.length) : "");
    if (method === undefined || request.method !== "POST")
      throw new TwirpError(404, "bad_route", `no method at ${path}`);
    const scope = readRuntimeToken(world, (request.headers.authorization ?? "").replace(/^bearer /i, ""));
    if (scope === undefined)
      throw new TwirpError(401, "unauthenticated", "the runtime token is missing, over or not ours");
    send(response, { status: 200, body: method(world, scope, JSON.parse(bytes.toString())) });
  } catch (error) {
    const known = error instanceof TwirpError ? error : new TwirpError(400, "malformed", problem(error));
    send(response, { status: known.status, body: { code: known.code, msg: known.message } });
  }
}

const problem = (error: unknown): string =>
  error instanceof z.ZodError ? z.prettifyError(error) : String(error);

/** Blocks wait here until a list puts them in order; they may arrive in any. */
const waiting = new WeakMap<Artifact, Map<string, Buffer>>();

export async function serveBlob(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const bytes = await readBody(request);
  if (url.pathname.startsWith("/blobs/log/")) return serveLog(world, response, url);
  const use: BlobUse = request.method === "PUT" ? "upload" : "download";
  const id = readSignedUrl(world, use, url);
  const artifact = id === undefined ? undefined : artifactById(world, id);
  if (artifact === undefined)
    return send(response, { status: 403, raw: Buffer.from("AuthenticationFailed") });
  if (use === "download") return download(artifact, response);
  if (artifact.finalized)
    return send(response, { status: 409, raw: Buffer.from("BlobImmutableDueToPolicy") });
  const status = store(artifact, url.searchParams, bytes);
  send(response, {
    status,
    headers: { etag: `"${artifact.id}"`, "last-modified": new Date(world.clock.now()).toUTCString() },
  });
}

/** Lines as the runner sent them, each with the time before it. */
function serveLog(world: World, response: ServerResponse, url: URL): void {
  const id = readSignedUrl(world, "log", url);
  const job = id === undefined ? undefined : jobById(world, id);
  if (job === undefined) {
    send(response, { status: 403, raw: Buffer.from("AuthenticationFailed") });
    return;
  }
  const at = new Date(job.completedAt ?? world.clock.now()).toISOString();
  const lines = job.log.join("").split("\n").slice(0, -1);
  const raw = Buffer.from(lines.map((line) => `${at} ${line}\n`).join(""));
  send(response, { status: 200, raw, headers: { "content-type": "text/plain" } });
}

function store(artifact: Artifact, query: URLSearchParams, bytes: Buffer): number {
  const blocks = waiting.get(artifact) ?? new Map<string, Buffer>();
  waiting.set(artifact, blocks);
  const part = query.get("comp");
  if (part === "block") {
    blocks.set(query.get("blockid") ?? "", bytes);
    return 201;
  }
  if (part !== null && part !== "blocklist") return 400;
  const ids = [...bytes.toString().matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]*)</g)].map(([, id]) =>
    blocks.get(id!),
  );
  if (part === "blocklist" && ids.includes(undefined)) return 400;
  const whole = part === null ? bytes : Buffer.concat(ids as Buffer[]);
  writeFileSync(artifact.file, whole);
  artifact.size = whole.length;
  waiting.delete(artifact);
  return 201;
}

function download(artifact: Artifact, response: ServerResponse): void {
  const raw = readFileSync(artifact.file);
  send(response, {
    status: 200,
    raw,
    headers: {
      "content-type": artifact.mimeType,
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(artifact.name)}.zip`,
      "x-ms-blob-content-md5": createHash("md5").update(raw).digest("base64"),
    },
  });
}
