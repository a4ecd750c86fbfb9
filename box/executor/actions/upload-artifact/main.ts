import { DefaultArtifactClient } from "@actions/artifact";
import { getBooleanInput, getInput, info, setFailed, setOutput, warning } from "@actions/core";
import { findFiles } from "./files.ts";

async function main(): Promise<void> {
  const name = getInput("name");
  const path = getInput("path", { required: true });
  const { files, root } = findFiles(path, process.cwd(), getBooleanInput("include-hidden-files"));
  if (files.length === 0) {
    const message = `No files were found with the provided path: ${path}. No artifacts will be uploaded.`;
    const tell = { warn: warning, error: setFailed, ignore: info }[getInput("if-no-files-found")];
    if (tell === undefined) throw new Error("`if-no-files-found` takes warn, error or ignore");
    tell(message);
    return;
  }
  const client = new DefaultArtifactClient();
  if (getBooleanInput("overwrite")) {
    await client.deleteArtifact(name).catch((error: Error) => info(`nothing to overwrite: ${error.message}`));
  }
  const days = Number(getInput("retention-days"));
  const { id, digest } = await client.uploadArtifact(name, [...files], root, {
    compressionLevel: Number(getInput("compression-level")),
    ...(days > 0 ? { retentionDays: days } : {}),
  });
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = process.env;
  setOutput("artifact-id", id);
  setOutput("artifact-digest", digest);
  setOutput("artifact-url", `${server}/${repository}/actions/runs/${run}/artifacts/${id}`);
}

main().catch((error: Error) => setFailed(error.message));
