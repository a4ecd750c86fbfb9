import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DefaultArtifactClient } from "@actions/artifact";
import { execa } from "execa";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { putFiles } from "../put-files.ts";
import { dispatch, running } from "./support/drive.ts";
import { refusal, type Town, town } from "./support/town.ts";

const DAY = 24 * 60 * 60 * 1000;

/** GitHub's own client, as a JavaScript action of the job would have it. */
function clientOf({ box }: Town, job: { runtimeToken: string; resultsUrl: string }) {
  vi.stubEnv("ACTIONS_RUNTIME_TOKEN", job.runtimeToken);
  vi.stubEnv("ACTIONS_RESULTS_URL", job.resultsUrl);
  vi.stubEnv("GITHUB_API_URL", box.apiUrl);
  vi.stubEnv("GITHUB_SERVER_URL", "https://github.com");
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  return new DefaultArtifactClient();
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function folder(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), "artifact-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  putFiles(root, files);
  return root;
}

async function jobOf(here: Town, key = "trunk") {
  const runId = await dispatch(here.as(here.bob), here.at);
  here.box.actions.startRun(runId);
  return { runId, ...running(here, runId, key) };
}

describe("the artifact service, with GitHub's client", () => {
  it("takes an upload, lists it and gives it back with its digest", async () => {
    const here = await town();
    const job = await jobOf(here);
    const client = clientOf(here, job);
    const root = folder({ "final.json": '{"status":"success"}', "deep/er.txt": "x" });
    const up = await client.uploadArtifact(
      "final-a1",
      [join(root, "final.json"), join(root, "deep/er.txt")],
      root,
    );
    const { artifacts } = await client.listArtifacts();
    expect(artifacts).toMatchObject([
      { name: "final-a1", id: up.id, size: up.size, digest: `sha256:${up.digest}` },
    ]);
    const target = folder();
    const down = await client.downloadArtifact(up.id!, { path: target, expectedHash: `sha256:${up.digest}` });
    expect(down.digestMismatch).toBe(false);
    expect(readFileSync(join(target, "final.json"), "utf8")).toBe('{"status":"success"}');
    expect(readFileSync(join(target, "deep/er.txt"), "utf8")).toBe("x");
  });

  it("puts blocks in the order of the list, however they arrive", async () => {
    const here = await town();
    const client = clientOf(here, await jobOf(here));
    const noise = Buffer.alloc(20 * 1024 * 1024);
    for (let at = 0; at < noise.length; at += 4) noise.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);
    const root = folder({ noise });
    const up = await client.uploadArtifact("big", [join(root, "noise")], root, { compressionLevel: 0 });
    const file = [...here.repository.artifacts.values()][0]!.file;
    expect(createHash("sha256").update(readFileSync(file)).digest("hex")).toBe(up.digest);
  });

  it("refuses a second artifact of the same name at once, and one that was deleted may be made again", async () => {
    const here = await town();
    const client = clientOf(here, await jobOf(here));
    const root = folder({ a: "1" });
    const upload = () => client.uploadArtifact("same", [join(root, "a")], root);
    const first = await upload();
    await expect(upload()).rejects.toThrow(
      /\(409\) Conflict: an artifact with this name already exists on the workflow run/,
    );
    await client.deleteArtifact("same");
    expect((await upload()).id).not.toBe(first.id);
  });

  it("keeps names unique through a partial re-run, and starts anew with a full one", async () => {
    const here = await town();
    const { box, as, bob, at } = here;
    const job = await jobOf(here);
    const root = folder({ a: "1" });
    const upload = (one: typeof job) => clientOf(here, one).uploadArtifact("fixed", [join(root, "a")], root);
    await upload(job);
    const again = async (how: "reRunWorkflow" | "reRunWorkflowFailedJobs", last: number) => {
      box.actions.completeJob(last, { conclusion: "failure" });
      box.actions.completeRun(job.runId, "failure");
      await as(bob).rest.actions[how]({ ...at, run_id: job.runId });
      box.actions.startRun(job.runId);
      return { runId: job.runId, ...running(here, job.runId, "trunk") };
    };
    const partial = await again("reRunWorkflowFailedJobs", job.id);
    await expect(upload(partial)).rejects.toThrow(/409/);
    expect((await clientOf(here, partial).listArtifacts()).artifacts).toHaveLength(1);
    const full = await again("reRunWorkflow", partial.id);
    expect((await clientOf(here, full).listArtifacts()).artifacts).toHaveLength(0);
    await upload(full);
    const listed = await as(bob).rest.actions.listWorkflowRunArtifacts({
      ...at,
      run_id: job.runId,
      name: "fixed",
    });
    expect(listed.data.total_count).toBe(2);
  });

  it.each(['a"b', "a:b", "a<b", "a|b", "a*b", "a?b", "a\\b", "a/b", "a\nb"])(
    "refuses the name %j on the wire too",
    async (name) => {
      const here = await town();
      const job = await jobOf(here);
      const refused = await wire(here, job.runtimeToken, "CreateArtifact", { name, version: 7 });
      expect(refused).toMatchObject({ status: 400, code: "invalid_argument" });
    },
  );

  it("opens to a job's token only its own run, and to no other token", async () => {
    const here = await town();
    const [one, two] = [await jobOf(here), await jobOf(here, "other")];
    const foreign = {
      workflow_run_backend_id: scope(two.runtimeToken)[0],
      workflow_job_run_backend_id: scope(two.runtimeToken)[1],
    };
    expect(await wire(here, one.runtimeToken, "ListArtifacts", foreign)).toMatchObject({ status: 403 });
    expect(await wire(here, one.githubToken, "ListArtifacts", {})).toMatchObject({ status: 401 });
    const [head, body] = one.runtimeToken.split(".");
    expect(await wire(here, `${head}.${body}.AAAA`, "ListArtifacts", {})).toMatchObject({ status: 401 });
    expect(scope(one.runtimeToken).join(":")).toBe(`run-${one.runId}:job-${one.id}`);
  });

  it("lets no one write into an artifact after it is finished, or with a link that is over", async () => {
    const here = await town({ clock: { speed: 0 } });
    const job = await jobOf(here);
    const made = await wire(here, job.runtimeToken, "CreateArtifact", { name: "a", version: 7 });
    const link = made.signed_upload_url as string;
    const put = (url: string) =>
      fetch(url, { method: "PUT", body: "bytes", headers: { "x-ms-blob-type": "BlockBlob" } });
    expect((await put(link)).status).toBe(201);
    expect((await put(link.replace("sig=", "sig=x"))).status).toBe(403);
    await wire(here, job.runtimeToken, "FinalizeArtifact", { name: "a", size: "5" });
    expect((await put(link)).status).toBe(409);
    here.box.clock.advance(61 * 60 * 1000);
    expect((await put(link)).status).toBe(403);
  });

  it("holds 500 artifacts of a job", async () => {
    const here = await town();
    const job = await jobOf(here);
    for (let n = 0; n < 500; n++)
      await wire(here, job.runtimeToken, "CreateArtifact", { name: `a${n}`, version: 7 });
    expect((await wire(here, job.runtimeToken, "CreateArtifact", { name: "more", version: 7 })).status).toBe(
      429,
    );
  });
});

describe("artifacts by REST", () => {
  async function uploaded(options: Parameters<typeof town>[0] = {}, retentionDays?: number) {
    const here = await town(options);
    const job = await jobOf(here);
    const root = folder({ a: "content" });
    const made = await clientOf(here, job).uploadArtifact(
      "out",
      [join(root, "a")],
      root,
      retentionDays ? { retentionDays } : {},
    );
    return { ...here, job, id: made.id!, digest: made.digest! };
  }

  it("are there as soon as they are finished, with their digest and run", async () => {
    const { as, bob, at, job, id, digest, main } = await uploaded();
    const { data } = await as(bob).rest.actions.getArtifact({ ...at, artifact_id: id });
    expect(data).toMatchObject({
      name: "out",
      expired: false,
      digest: `sha256:${digest}`,
      workflow_run: { id: job.runId, head_sha: main },
    });
    const listed = await as(bob).rest.actions.listArtifactsForRepo({ ...at, name: "out" });
    expect(listed.data.artifacts.map((one) => one.id)).toEqual([id]);
    expect((await as(bob).rest.actions.listArtifactsForRepo({ ...at, name: "none" })).data.total_count).toBe(
      0,
    );
  });

  it("are downloaded by a link that works for one minute", async () => {
    const { box, as, bob, at, id, digest } = await uploaded({ clock: { speed: 0 } });
    const link = async () => {
      const request = { redirect: "manual" as const };
      const answer = await as(bob).rest.actions.downloadArtifact({
        ...at,
        artifact_id: id,
        archive_format: "zip",
        request,
      });
      expect(answer.status as number).toBe(302);
      return answer.headers.location!;
    };
    const url = await link();
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(digest);
    box.clock.advance(61_000);
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(await link())).status).toBe(200);
  });

  it("are found from another run by GitHub's client, with actions: read", async () => {
    const here = await uploaded();
    const reader = await here.installationToken({ permissions: { actions: "read" } });
    const target = folder();
    // The client takes the API's address when it is loaded: a process of its own.
    const script = `
      import { DefaultArtifactClient } from "@actions/artifact";
import { execa } from "execa";
      const [token, run, path] = process.argv.slice(1);
      const findBy = { token, workflowRunId: Number(run), repositoryOwner: "ada", repositoryName: "demo" };
      const client = new DefaultArtifactClient();
      const { artifact } = await client.getArtifact("out", { findBy });
      await client.downloadArtifact(artifact.id, { path, findBy, expectedHash: artifact.digest });
    `;
    await execa(
      process.execPath,
      ["--input-type=module", "-e", script, reader, String(here.job.runId), target],
      {
        env: { GITHUB_API_URL: here.box.apiUrl },
      },
    );
    expect(readFileSync(join(target, "a"), "utf8")).toBe("content");
  });

  it("expire: still listed, no longer given", async () => {
    const { box, as, bob, at, id } = await uploaded({ clock: { start: new Date() } }, 1);
    box.clock.advance(DAY + 60_000);
    expect((await as(bob).rest.actions.getArtifact({ ...at, artifact_id: id })).data.expired).toBe(true);
    const gone = as(bob).rest.actions.downloadArtifact({ ...at, artifact_id: id, archive_format: "zip" });
    expect((await refusal(gone)).status).toBe(410);
  });

  it("live no longer than the repository keeps them", async () => {
    const { repository, as, bob, at, id, box } = await uploaded({}, 90);
    const life =
      Date.parse((await as(bob).rest.actions.getArtifact({ ...at, artifact_id: id })).data.expires_at!) -
      box.clock.now();
    expect(Math.round(life / DAY)).toBe(repository.retentionDays);
  });

  it("can be deleted, with actions: write", async () => {
    const { as, bob, withToken, installationToken, at, id } = await uploaded();
    const reader = withToken(await installationToken({ permissions: { actions: "read" } }));
    expect((await refusal(reader.rest.actions.deleteArtifact({ ...at, artifact_id: id }))).status).toBe(403);
    await as(bob).rest.actions.deleteArtifact({ ...at, artifact_id: id });
    expect((await refusal(as(bob).rest.actions.getArtifact({ ...at, artifact_id: id }))).status).toBe(404);
  });
});

function scope(token: string): string[] {
  const { scp } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { scp: string };
  return scp.replace("Actions.Results:", "").split(":");
}

async function wire(
  { box }: Town,
  token: string,
  method: string,
  input: object,
): Promise<Record<string, unknown>> {
  const [run, job] = token.startsWith("ghs_") ? ["x", "y"] : scope(token);
  const response = await fetch(`${box.url}/twirp/github.actions.results.api.v1.ArtifactService/${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ workflow_run_backend_id: run, workflow_job_run_backend_id: job, ...input }),
  });
  return { ...((await response.json()) as object), status: response.status };
}
