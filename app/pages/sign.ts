/** Links that open a run's page to whoever holds them, for some weeks. Nothing is stored: the secret makes and checks them. */
import { createHmac, timingSafeEqual } from "node:crypto";

const WEEK_S = 7 * 24 * 60 * 60;
/** A link lives between these and one week less: it stays the same for a week, so that a check is not rewritten for it. */
const WEEKS = 5;

export interface LinkSigner {
  /** `?until=…&sig=…` for a run, or for all runs of a repository when there is no run id. */
  query(repository: string, runId: string | null, nowMs: number): string;
  /** What the query opens: this run alone, all runs of the repository, or nothing. */
  opens(query: URLSearchParams, repository: string, runId: string | null, nowMs: number): Scope | null;
}

export type Scope = "run" | "repository";

export function linkSigner(webhookSecret: string): LinkSigner {
  // A key of its own: no signature of a page can pass for one of a webhook.
  const key = createHmac("sha256", webhookSecret).update("attractor run pages 1").digest();
  const sign = (repository: string, runId: string | null, until: number): Buffer =>
    createHmac("sha256", key)
      .update(JSON.stringify([repository.toLowerCase(), runId, until]))
      .digest();

  return {
    query(repository, runId, nowMs) {
      const until = (Math.floor(nowMs / 1000 / WEEK_S) + WEEKS) * WEEK_S;
      return `?until=${until}&sig=${sign(repository, runId, until).toString("base64url")}`;
    },
    opens(query, repository, runId, nowMs) {
      const until = Number(query.get("until"));
      const given = Buffer.from(query.get("sig") ?? "", "base64url");
      if (!Number.isSafeInteger(until) || until * 1000 <= nowMs) return null;
      const fits = (id: string | null): boolean => {
        const right = sign(repository, id, until);
        return given.length === right.length && timingSafeEqual(given, right);
      };
      if (fits(null)) return "repository";
      return runId !== null && fits(runId) ? "run" : null;
    },
  };
}

export interface LinkOptions {
  /** Where people reach the app. */
  readonly publicUrl: string;
  readonly webhookSecret: string;
  readonly now: () => number;
}

export interface PageLinks {
  run(repository: string, runId: string): string;
  runPath(repository: string, runId: string): string;
  /** Opens the list of a repository's runs, and every one of them. */
  list(repository: string): string;
}

export function pageLinks({ publicUrl, webhookSecret, now }: LinkOptions): PageLinks {
  const signer = linkSigner(webhookSecret);
  const runPath = (repository: string, runId: string): string =>
    `/runs/${repository}/${runId}${signer.query(repository, runId, now())}`;
  return {
    runPath,
    run: (repository, runId) => `${publicUrl}${runPath(repository, runId)}`,
    list: (repository) => `${publicUrl}/runs/${repository}${signer.query(repository, null, now())}`,
  };
}
