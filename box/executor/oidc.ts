/** An OIDC issuer like token.actions.githubusercontent.com: a job with `id-token: write` asks for a token over itself. */
import {
  createSign,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
  randomBytes,
  randomUUID,
} from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ActionsPort, RunAttempt } from "../actions/port.ts";

const LIFETIME_S = 300;

interface OidcJob {
  readonly run: RunAttempt;
  readonly jobId: number;
  readonly jobWorkflowRef: string;
  readonly jobWorkflowSha: string;
  readonly environment: string | undefined;
}

export interface Oidc {
  /** The variables that let one job ask; `close` ends that right with the job. */
  open(job: OidcJob): { readonly env: Readonly<Record<string, string>>; readonly close: () => void };
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export function createOidc(actions: ActionsPort): Oidc {
  // A key takes long to make and most boxes never sign with it.
  let pair: KeyPairKeyObjectResult | undefined;
  const keys = (): KeyPairKeyObjectResult => {
    pair ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
    return pair;
  };
  const kid = randomUUID();
  const jobs = new Map<string, OidcJob>();

  const sign = (claims: object): string => {
    const body = `${encode({ typ: "JWT", alg: "RS256", kid })}.${encode(claims)}`;
    return `${body}.${createSign("RSA-SHA256").update(body).sign(keys().privateKey, "base64url")}`;
  };
  const answer = (response: ServerResponse, status: number, body: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

  const issuer = actions.mount("/_oidc", (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://box");
    const path = url.pathname.replace(/^\/_oidc/, "");
    if (path === "/.well-known/openid-configuration") {
      return answer(response, 200, {
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks`,
        id_token_signing_alg_values_supported: ["RS256"],
      });
    }
    if (path === "/.well-known/jwks") {
      return answer(response, 200, {
        keys: [{ ...keys().publicKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" }],
      });
    }
    const job = jobs.get((request.headers.authorization ?? "").replace(/^bearer /i, ""));
    if (path !== "/token" || job === undefined)
      return answer(response, 401, { message: "not a running job" });
    const audience = url.searchParams.get("audience") ?? `${actions.urls.server}/${job.run.repository.owner}`;
    return answer(response, 200, { value: sign(claimsOf(job, issuer, audience, actions.clock.now())) });
  });

  return {
    open(job) {
      const token = randomBytes(24).toString("base64url");
      jobs.set(token, job);
      return {
        env: {
          ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer}/token?api-version=2.0`,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
        },
        close: () => {
          jobs.delete(token);
        },
      };
    },
  };
}

function claimsOf(
  { run, jobId, jobWorkflowRef, jobWorkflowSha, environment }: OidcJob,
  iss: string,
  aud: string,
  now: number,
) {
  const iat = Math.floor(now / 1000);
  const { repository } = run;
  return {
    jti: randomUUID(),
    iss,
    aud,
    sub: `repo:${repository.fullName}:${environment === undefined ? `ref:${run.ref}` : `environment:${environment}`}`,
    ...(environment === undefined ? {} : { environment }),
    iat,
    nbf: iat,
    exp: iat + LIFETIME_S,
    ref: run.ref,
    ref_type: run.refType,
    sha: run.sha,
    repository: repository.fullName,
    repository_id: String(repository.id),
    repository_owner: repository.owner,
    repository_owner_id: String(repository.ownerId),
    repository_visibility: repository.private ? "private" : "public",
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    actor: run.actor.login,
    actor_id: String(run.actor.id),
    workflow: run.workflow.name,
    workflow_ref: `${repository.fullName}/${run.workflow.path}@${run.workflow.ref}`,
    workflow_sha: run.workflow.sha,
    job_workflow_ref: jobWorkflowRef,
    job_workflow_sha: jobWorkflowSha,
    event_name: run.event.name,
    head_ref: run.headRef,
    base_ref: run.baseRef,
    check_run_id: String(jobId),
    runner_environment: "github-hosted",
  };
}
