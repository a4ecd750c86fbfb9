/**
 * The artifact service as this job's runtime token opens it: artifacts of this workflow run, by name, in memory. GitHub's
 * own client writes what it downloads to disk before anybody can look; this one stops at a limit and unpacks nothing.
 */
import { createHash } from "node:crypto";
import { HttpClient } from "@actions/http-client";
import { z } from "zod";
import { ParcelError } from "./form.ts";

export interface Artifact {
  readonly name: string;
  readonly bytes: number;
  /** `sha256:…`; null when the service does not say. */
  readonly digest: string | null;
  /** Of the job that uploaded it. */
  readonly job: string;
  readonly run: string;
}

export interface Artifacts {
  /** The newest of that name; null when there is none. */
  find(name: string): Promise<Artifact | null>;
  /** Rejects with ParcelError when it is larger than that, or is not what the service says. */
  download(artifact: Artifact, mostBytes: number): Promise<Buffer>;
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
  const http = new HttpClient("attractor");

  async function patiently<T>(what: string, ask: () => Promise<{ status: number; answer: T }>): Promise<T> {
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
      // Silence is no word about the artifact: this job fails, and the hop stays open for another try.
      if (tried >= TRIES) throw new Error(`the artifact service could not be asked to ${what}: ${why}`);
      await pause(1_000 * 2 ** tried);
    }
  }

  const call = (method: string, body: object): Promise<unknown> =>
    patiently(method, async () => {
      const response = await http.post(new URL(`${SERVICE}/${method}`, url).href, JSON.stringify(body), {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
      });
      const text = await response.readBody();
      const status = response.message.statusCode ?? 0;
      return { status, answer: status === 200 ? (JSON.parse(text) as unknown) : null };
    });

  return {
    async find(name) {
      const { artifacts } = Listed.parse(await call("ListArtifacts", { ...own, name_filter: name }));
      const newest = artifacts
        .filter((each) => each.name === name)
        .sort((a, b) => b.database_id - a.database_id)[0];
      if (newest === undefined) return null;
      return {
        name,
        bytes: newest.size,
        digest: newest.digest ?? null,
        job: newest.workflow_job_run_backend_id,
        run: newest.workflow_run_backend_id,
      };
    },
    async download({ name, bytes, digest, run, job }, mostBytes) {
      if (bytes > mostBytes) throw tooLarge(bytes, mostBytes);
      const where = { workflow_run_backend_id: run, workflow_job_run_backend_id: job, name };
      const { signed_url } = Signed.parse(await call("GetSignedArtifactURL", where));
      const packed = await patiently("download", async () => {
        const { message } = await http.get(signed_url);
        const status = message.statusCode ?? 0;
        if (status !== 200) message.destroy();
        return { status, answer: status === 200 ? await bounded(message, mostBytes) : Buffer.alloc(0) };
      });
      const found = `sha256:${createHash("sha256").update(packed).digest("hex")}`;
      if (digest !== null && digest !== found)
        throw new ParcelError("its bytes are not those that were uploaded");
      return packed;
    },
  };
}

async function bounded(from: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of from) {
    bytes += chunk.length;
    if (bytes > most) throw tooLarge(bytes, most);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (bytes: number, most: number): ParcelError =>
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
