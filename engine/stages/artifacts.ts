/** Values too large for the context: kept as a file, referred to by name, size and digest (R-CTX-4). */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Json, type JsonValue } from "../core/outcome.ts";
import { digestOf } from "../digest.ts";
import { writeJsonAtomic } from "../ledger/atomic.ts";

/** The most that one context value may hold, as UTF-8 JSON. */
export const CONTEXT_VALUE_BYTES = 100 * 1024;

/** What the context holds instead of the value. */
export const ArtifactRef = z.object({
  artifact: z.string(),
  name: z.string(),
  size: z.number().int().nonnegative(),
  /** `sha256:…` of the value as JSON. */
  digest: z.string(),
});
export type ArtifactRef = z.infer<typeof ArtifactRef>;

const ArtifactFile = z.object({
  id: z.string(),
  name: z.string(),
  size: z.number(),
  digest: z.string(),
  data: Json(),
});

/** The value itself when it fits, else its reference once the file is durable. */
export async function contextValue(logsRoot: string, name: string, value: JsonValue): Promise<JsonValue> {
  const size = Buffer.byteLength(JSON.stringify(value));
  return size <= CONTEXT_VALUE_BYTES ? value : storeArtifact(logsRoot, name, value, size);
}

async function storeArtifact(
  logsRoot: string,
  name: string,
  data: JsonValue,
  size: number,
): Promise<ArtifactRef> {
  const digest = digestOfJson(data);
  // Named by content: storing twice is harmless, and case-blind file systems cannot mix two up.
  const id = `${name.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 60)}-${digest.slice("sha256:".length).slice(0, 16)}`;
  await mkdir(join(logsRoot, "artifacts"), { recursive: true });
  await writeJsonAtomic(artifactPath(logsRoot, id), { id, name, size, digest, data });
  return { artifact: id, name, size, digest };
}

/** The value behind a reference; rejects when the file is gone or is not what was stored. */
export async function readArtifact(logsRoot: string, ref: ArtifactRef): Promise<JsonValue> {
  const path = artifactPath(logsRoot, ref.artifact);
  const { data } = ArtifactFile.parse(JSON.parse(await readFile(path, "utf8")));
  const digest = digestOfJson(data);
  if (digest !== ref.digest) {
    throw new Error(`${path} holds ${digest}, not ${ref.digest}: it was changed after it was stored`);
  }
  return data;
}

const digestOfJson = (data: JsonValue): string => digestOf(JSON.stringify(data));

function artifactPath(logsRoot: string, id: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(id)) throw new Error(`"${id}" is not the name of an artifact`);
  return join(logsRoot, "artifacts", `${id}.json`);
}
