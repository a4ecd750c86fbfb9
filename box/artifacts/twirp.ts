/** The artifact service as GitHub's own client speaks to it: JSON over POST, fields by their protobuf names. */

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Artifact } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { listed, runOfBackend } from "./find.ts";
import type { Scope } from "./runtime-token.ts";
import { signedUrl } from "./signed-url.ts";

/** `code` is twirp's word for the status. */
export class TwirpError extends Error {
  override readonly name = "TwirpError";
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const DOWNLOAD_LIFE_MS = 10 * 60 * 1000;
const MOST_PER_JOB = 500;
const FORBIDDEN = /["<>|*?:\\/\r\n]/;

const text = z.string();
const wrapped = z.union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)]);
const place = { workflow_run_backend_id: text, workflow_job_run_backend_id: text };
const createRequest = z.object({
  ...place,
  name: text,
  version: z.number(),
  expires_at: text.optional(),
  mime_type: wrapped.optional(),
});
const finalizeRequest = z.object({ ...place, name: text, size: z.coerce.number(), hash: wrapped.optional() });
const listRequest = z.object({
  ...place,
  name_filter: wrapped.optional(),
  id_filter: z.coerce.string().optional(),
});
const nameRequest = z.object({ ...place, name: text });

type Method = (world: World, scope: Scope, input: unknown) => unknown;

export const artifactMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["CreateArtifact", create],
  ["FinalizeArtifact", finalize],
  ["ListArtifacts", list],
  ["GetSignedArtifactURL", getUrl],
  ["DeleteArtifact", remove],
]);

function create(world: World, scope: Scope, input: unknown) {
  const {
    name,
    expires_at: wanted,
    mime_type: mimeType = "application/zip",
    ...rest
  } = createRequest.parse(input);
  const run = runIn(world, scope, rest);
  const { artifacts, retentionDays } = run.repository;
  if (name === "" || FORBIDDEN.test(name)) {
    throw new TwirpError(400, "invalid_argument", `the artifact name ${JSON.stringify(name)} is not valid`);
  }
  const same = [...artifacts.values()].filter((one) => one.backendId === scope.runBackendId);
  if (same.some((one) => one.name === name)) {
    throw new TwirpError(
      409,
      "already_exists",
      "an artifact with this name already exists on the workflow run",
    );
  }
  const jobId = Number(scope.jobBackendId.replace("job-", ""));
  if (same.filter((one) => one.jobId === jobId).length >= MOST_PER_JOB) {
    throw new TwirpError(429, "resource_exhausted", `a job may create ${MOST_PER_JOB} artifacts`);
  }
  const now = world.clock.now();
  const latest = now + retentionDays * DAY_MS;
  const folder = join(world.root, "artifacts");
  mkdirSync(folder, { recursive: true });
  const id = world.nextId();
  const artifact: Artifact = {
    id,
    name,
    run,
    backendId: scope.runBackendId,
    jobId,
    mimeType,
    createdAt: now,
    expiresAt: wanted === undefined ? latest : Math.min(Date.parse(wanted), latest),
    file: join(folder, `${id}.zip`),
    size: 0,
    digest: null,
    finalized: false,
  };
  artifacts.set(id, artifact);
  return { ok: true, signed_upload_url: signedUrl(world, "upload", id, HOUR_MS) };
}

function finalize(world: World, scope: Scope, input: unknown) {
  const { name, hash, ...rest } = finalizeRequest.parse(input);
  const run = runIn(world, scope, rest);
  const found = [...run.repository.artifacts.values()].find(
    (one) => one.backendId === scope.runBackendId && one.name === name && !one.finalized,
  );
  if (found === undefined) throw new TwirpError(404, "not_found", "artifact not found");
  found.finalized = true;
  found.digest = hash ?? null;
  return { ok: true, artifact_id: String(found.id) };
}

function list(world: World, scope: Scope, input: unknown) {
  const { name_filter: name, id_filter: id, ...rest } = listRequest.parse(input);
  const run = runIn(world, scope, rest);
  const artifacts = listed(world, run, scope.runBackendId)
    .filter((one) => (name === undefined || one.name === name) && (id === undefined || String(one.id) === id))
    .map((one) => ({
      workflow_run_backend_id: one.backendId,
      workflow_job_run_backend_id: `job-${one.jobId}`,
      database_id: String(one.id),
      name: one.name,
      size: String(one.size),
      created_at: new Date(one.createdAt).toISOString(),
      ...(one.digest === null ? {} : { digest: one.digest }),
    }));
  return { artifacts };
}

function getUrl(world: World, scope: Scope, input: unknown) {
  const { id } = named(world, scope, input);
  return { signed_url: signedUrl(world, "download", id, DOWNLOAD_LIFE_MS) };
}

function remove(world: World, scope: Scope, input: unknown) {
  const artifact = named(world, scope, input);
  deleteArtifact(artifact);
  return { ok: true, artifact_id: String(artifact.id) };
}

export function deleteArtifact({ id, run, file }: Artifact): void {
  run.repository.artifacts.delete(id);
  rmSync(file, { force: true });
}

function named(world: World, scope: Scope, input: unknown): Artifact {
  const { name, ...rest } = nameRequest.parse(input);
  const found = listed(world, runIn(world, scope, rest), scope.runBackendId).find((one) => one.name === name);
  if (found === undefined) throw new TwirpError(404, "not_found", "artifact not found");
  return found;
}

/** A token opens its own run only. */
function runIn(
  world: World,
  scope: Scope,
  request: { workflow_run_backend_id: string; workflow_job_run_backend_id: string },
) {
  if (request.workflow_run_backend_id !== scope.runBackendId) {
    throw new TwirpError(403, "permission_denied", "the token is for another workflow run");
  }
  const run = runOfBackend(world, scope.runBackendId);
  if (run === undefined) throw new TwirpError(404, "not_found", "workflow run not found");
  return run;
}
