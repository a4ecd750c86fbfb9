import { join, matchesGlob, resolve } from "node:path";
import { type Artifact, DefaultArtifactClient, type FindOptions } from "@actions/artifact";
import { getBooleanInput, getInput, info, setFailed, setOutput } from "@actions/core";

const client = new DefaultArtifactClient();

function whereFrom(): FindOptions {
  const token = getInput("github-token");
  if (token === "") return {};
  const [repositoryOwner = "", repositoryName = ""] = getInput("repository").split("/");
  return { findBy: { token, workflowRunId: Number(getInput("run-id")), repositoryOwner, repositoryName } };
}

async function choose(from: FindOptions): Promise<readonly Artifact[]> {
  const name = getInput("name");
  const ids = getInput("artifact-ids");
  if (name !== "" && ids !== "") throw new Error("Inputs 'name' and 'artifact-ids' cannot be used together.");
  if (name !== "") return [(await client.getArtifact(name, from)).artifact];
  const { artifacts } = await client.listArtifacts({ latest: true, ...from });
  if (ids !== "") {
    const wanted = new Set(ids.split(",").map((id) => Number(id.trim())));
    const found = artifacts.filter(({ id }) => wanted.has(id));
    if (found.length === 0) throw new Error("None of the provided artifact IDs were found");
    return found;
  }
  const pattern = getInput("pattern");
  return pattern === "" ? artifacts : artifacts.filter((artifact) => matchesGlob(artifact.name, pattern));
}

async function main(): Promise<void> {
  const target = resolve(getInput("path") || process.cwd());
  const from = whereFrom();
  const artifacts = await choose(from);
  const together = getInput("name") !== "" || getBooleanInput("merge-multiple") || artifacts.length === 1;
  for (const { id, name, digest } of artifacts) {
    const { digestMismatch } = await client.downloadArtifact(id, {
      ...from,
      path: together ? target : join(target, name),
      ...(digest === undefined ? {} : { expectedHash: digest }),
    });
    if (digestMismatch === true) throw new Error(`Digest validation failed for artifact(s): ${name}`);
  }
  info(`Total of ${artifacts.length} artifact(s) downloaded`);
  setOutput("download-path", target);
}

main().catch((error: Error) => setFailed(`Unable to download artifact(s): ${error.message}`));
