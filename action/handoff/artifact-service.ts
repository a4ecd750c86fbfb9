/**
 * Artifacts in memory and within limits: GitHub's own client writes what it downloads to disk before anybody can look;
 * this one stops at a limit and unpacks nothing.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { HttpClient } from "@actions/http-client";
import { messageOf } from "../../engine/message-of.ts";
import { HandoffError } from "./format.ts";

export interface Artifacts {
  /** The newest of that name, packed; null when there is none. Rejects with HandoffError when it is larger, or not what was uploaded. */
  take(name: string, mostBytes: number): Promise<Buffer | null>;
}

const TRIES = 5;
const AGAIN: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Follows no redirect by itself: it takes another port for the same place. */
export const artifactClient = (): HttpClient => new HttpClient("attractor", [], { allowRedirects: false });

/** Silence is no word about an artifact: the job that asks fails, and the hop stays open for another try. */
export async function withRetries<T>(
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
      if (error instanceof HandoffError) throw error;
      why = messageOf(error);
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
    throw new HandoffError("its bytes are not those that were uploaded");
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

export const tooLarge = (bytes: number, most: number): HandoffError =>
  new HandoffError(`it has ${bytes} bytes; at most ${most} are taken`);
