/**
 * The artifact service as this job's runtime token opens it: artifacts of this workflow run, by name, in memory. GitHub's
 * own client writes what it downloads to disk before anybody can look; this one stops at a limit and unpacks nothing.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { HttpClient } from "@actions/http-client";
import { z } from "zod";
import { ParcelError } from "./format.ts";

export interface Artifacts {
  /** The newest of that name, packed; null when there is none. Rejects with ParcelError when it is larger, or not what was uploaded. */
  take(name: string, mostBytes: number): Promise<Buffer | null>;
}

const Environment = z.object({ ACTIONS_RUNTIME_TOKEN: z.string().min(1), ACTIONS_RESULTS_URL: z.url() });
const Claims = z.object({ scp: z.string() });
const Listed = z.object({
  artifacts: z
    .array(
      z.object({
        workflow_run_backend_id: z.string(),
        workflow_job_run_backend_id: z.string(),
        database_id: z.coerce.number(),
        name: z.string(),
        size: z.coerce.number(),
        digest: z.string().optional(),
      }),
    )
    .default([]),
});
const Signed = z.object({ signed_url: z.url() });

const SERVICE = "twirp/github.actions.results.api.v1.ArtifactService";
const TRIES = 5;
const AGAIN: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

export function artifactService(env: NodeJS.ProcessEnv, pause: (ms: number) => Promise<void>): Artifacts {
  const { ACTIONS_RUNTIME_TOKEN: token, ACTIONS_RESULTS_URL: url } = Environment.parse(env);
  const own = backendIds(token);
  const http = artifactClient();

  const call = (method: string, body: object): Promise<unknown> =>
    patiently(method, pause, async () => {
      const response = await http.post(new URL(`${SERVICE}/${method}`, url).href, JSON.stringify(body), {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
      });
      const text = await response.readBody();
      const status = response.message.statusCode ?? 0;
      return { status, answer: status === 200 ? (JSON.parse(text) as unknown) : null };
    });

  return {
    async take(name, mostBytes) {
      const { artifacts } = Listed.parse(await call("ListArtifacts", { ...own, name_filter: name }));
      const newest = artifacts
        .filter((each) => each.name === name)
        .sort((a, b) => b.database_id - a.database_id)[0];
      if (newest === undefined) return null;
      if (newest.size > mostBytes) throw tooLarge(newest.size, mostBytes);
      const { workflow_run_backend_id, workflow_job_run_backend_id } = newest;
      const where = { workflow_run_backend_id, workflow_job_run_backend_id, name };
      const { signed_url } = Signed.parse(await call("GetSignedArtifactURL", where));
      return patiently("download", pause, () => download(http, signed_url, mostBytes, newest.digest ?? null));
    },
  };
}

/** Follows no redirect by itself: it takes another port for the same place. */
export const artifactClient = (): HttpClient => new HttpClient("attractor", [], { allowRedirects: false });

/** Silence is no word about an artifact: the job that asks fails, and the hop stays open for another try. */
export async function patiently<T>(
  what: string,
  pause: (ms: number) => Promise<void>,
  ask: () => Promise<{ status: number; answer: T }>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    let why: string;
    try {
      const { status, answer } = await ask();
      if (status === 200) return answer;
      why = `it answered ${status}`;
      if (!AGAIN.has(status)) tried = TRIES;
    } catch (error) {
      if (error instanceof ParcelError) throw error;
      why = error instanceof Error ? error.message : String(error);
    }
    if (tried >= TRIES) throw new Error(`the artifact service could not be asked to ${what}: ${why}`);
    await pause(1_000 * 2 ** tried);
  }
}

/** `digest`: what the service says of the bytes, if it says. */
export async function download(
  http: HttpClient,
  url: string,
  mostBytes: number,
  digest: string | null,
  headers: Readonly<Record<string, string>> = {},
  silentMs = SILENT_MS,
): Promise<{ status: number; answer: Buffer }> {
  const message = await reached(http, url, headers);
  const status = message.statusCode ?? 0;
  if (status !== 200) {
    message.destroy();
    return { status, answer: Buffer.alloc(0) };
  }
  const answer = await bounded(message, mostBytes, silentMs);
  const found = `sha256:${createHash("sha256").update(answer).digest("hex")}`;
  if (digest !== null && digest !== found)
    throw new ParcelError("its bytes are not those that were uploaded");
  return { status, answer };
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 5;

/** Redirects are followed by hand: what goes to another place, another port of the same host too, carries no credential. */
async function reached(http: HttpClient, url: string, headers: Readonly<Record<string, string>>) {
  let at = new URL(url);
  let sent = headers;
  for (let left = MOST_REDIRECTS; ; left--) {
    const { message } = await http.get(at.href, sent);
    const { location } = message.headers;
    if (!REDIRECTS.has(message.statusCode ?? 0) || location === undefined || left === 0) return message;
    message.destroy();
    const to = new URL(location, at);
    if (at.protocol === "https:" && to.protocol !== "https:")
      throw new Error(`it leads from ${at.origin} to ${to.origin}, which is not encrypted`);
    if (to.origin !== at.origin) sent = {};
    at = to;
  }
}

/** A download that brings nothing for so long is asked for again. */
const SILENT_MS = 60_000;

async function bounded(from: IncomingMessage, most: number, silentMs: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const silence = setTimeout(
    () => from.destroy(new Error(`it brought nothing for ${silentMs} ms`)),
    silentMs,
  );
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      silence.refresh();
      bytes += chunk.length;
      if (bytes > most) throw tooLarge(bytes, most);
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(silence);
  }
  return Buffer.concat(chunks);
}

export const tooLarge = (bytes: number, most: number): ParcelError =>
  new ParcelError(`it has ${bytes} bytes; at most ${most} are taken`);

/** The token names the workflow run and the job that it was made for. */
function backendIds(token: string): { workflow_run_backend_id: string; workflow_job_run_backend_id: string } {
  const body = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
  const { scp } = Claims.parse(JSON.parse(body));
  const [, run, job] = /(?:^| )Actions\.Results:([^: ]+):([^: ]+)(?: |$)/.exec(scp) ?? [];
  if (run === undefined || job === undefined)
    throw new Error("this job's runtime token does not open the artifact service");
  return { workflow_run_backend_id: run, workflow_job_run_backend_id: job };
}
