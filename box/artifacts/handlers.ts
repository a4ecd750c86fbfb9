import { runOf } from "../actions/run-handlers.ts";
import { noContent, notFound, ok, Refusal } from "../http/answer.ts";
import type { RepositoryCall, RepositoryHandler } from "../http/call.ts";
import { pageOf } from "../http/paging.ts";
import { repositoryApi } from "../repos/shape.ts";
import type { Artifact } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { nodeId } from "../users/shape.ts";
import { isExpired } from "./find.ts";
import { signedUrl } from "./signed-url.ts";
import { deleteArtifact } from "./twirp.ts";

const LINK_LIFE_MS = 60 * 1000;

export const getArtifact: RepositoryHandler = (call) => ok(shape(call.world, artifactOf(call)));

export const listArtifacts: RepositoryHandler = (call) =>
  answer(call, [...call.repository.artifacts.values()]);

export const listRunArtifacts: RepositoryHandler = (call) => {
  const run = runOf(call);
  const own = [...call.repository.artifacts.values()].filter((one) => one.run === run);
  return answer(call, call.query.direction === "asc" ? own.toReversed() : own);
};

/** A link of one minute. */
export const downloadArtifact: RepositoryHandler = (call) => {
  const { world, params } = call;
  const artifact = artifactOf(call);
  if (params.archive_format !== "zip") throw new Refusal(400, "only the format zip is known");
  if (isExpired(world, artifact)) throw new Refusal(410, "Artifact has expired");
  return { status: 302, headers: { location: signedUrl(world, "download", artifact.id, LINK_LIFE_MS) } };
};

export const removeArtifact: RepositoryHandler = (call) => {
  deleteArtifact(artifactOf(call));
  return noContent();
};

function artifactOf({ repository, params }: RepositoryCall): Artifact {
  const artifact = repository.artifacts.get(Number(params.artifact_id));
  if (artifact === undefined || !artifact.finalized) throw notFound();
  return artifact;
}

/** Newest first, expired ones included and marked. */
function answer(call: RepositoryCall, artifacts: readonly Artifact[]) {
  const { name } = call.query;
  const wanted = artifacts
    .filter((one) => one.finalized && (name === undefined || one.name === name))
    .toReversed();
  return pageOf(call, wanted, (page) => ({
    total_count: wanted.length,
    artifacts: page.map((one) => shape(call.world, one)),
  }));
}

function shape(world: World, artifact: Artifact) {
  const { id, name, run, size, digest, createdAt, expiresAt } = artifact;
  const url = `${repositoryApi(world, run.repository)}/actions/artifacts/${id}`;
  return {
    id,
    node_id: nodeId("Artifact", id),
    name,
    size_in_bytes: size,
    digest,
    url,
    archive_download_url: `${url}/zip`,
    expired: isExpired(world, artifact),
    created_at: world.clock.iso(createdAt),
    updated_at: world.clock.iso(createdAt),
    expires_at: world.clock.iso(expiresAt),
    workflow_run: {
      id: run.id,
      repository_id: run.repository.id,
      head_repository_id: run.repository.id,
      head_branch: run.suite.headBranch ?? "",
      head_sha: run.cause.headSha,
    },
  };
}
