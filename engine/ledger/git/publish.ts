/** Moving the ledger's ref, with everything that can happen on the way to the remote and back. */
import type { BareRepo } from "../../git/bare-repo.ts";
import { isAncestor } from "../../git/objects.ts";
import {
  BadObjectsError,
  fetchRef,
  pushRefs,
  type RefUpdate,
  RemoteUnreachableError,
} from "../../git/refs.ts";
import { hash8 } from "../../git/safe-name.ts";
import { LedgerError } from "../port.ts";
import { refusalIn, WorkflowsRightError, wantsWorkflowsRight } from "./refusal.ts";

const TRIES = 5;

export interface Publisher {
  /** What the ledger's ref holds now, its objects brought here; null when it does not exist. */
  tip(): Promise<string | null>;
  /** What another ref holds. */
  holds(ref: string): Promise<string | null>;
  /** Moves the ref from where it was read to a commit built on that. `moved` names what it holds instead. */
  publish(
    commit: string,
    from: string | null,
    others: readonly RefUpdate[],
  ): Promise<"mine" | { readonly moved: string }>;
}

export interface PublisherOptions {
  readonly repo: BareRepo;
  readonly ref: string;
  readonly redact: (text: string) => string;
  readonly pause: (attempt: number) => Promise<void>;
}

export function publisher({ repo, ref, redact, pause }: PublisherOptions): Publisher {
  const local = (name: string): string => `refs/seen/${hash8(name)}`;

  /** `whole`: with all that came after what is known here, to find our own commit in it. */
  const seen = (name: string, history: "whole" | "tip"): Promise<string | null> =>
    fetchRef(repo, name, local(name), history);

  async function withRetries(name: string): Promise<string | null> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await seen(name, "tip");
      } catch (error) {
        if (error instanceof BadObjectsError) throw badObjects(redact(error.message), error);
        if (!(error instanceof RemoteUnreachableError)) throw error;
        if (attempt + 1 === TRIES) throw unreachable(ref, redact(error.said), "nothing was changed");
      }
      await pause(attempt);
    }
  }

  async function publish(commit: string, from: string | null, others: readonly RefUpdate[]) {
    for (let attempt = 0; ; attempt++) {
      const report = await pushRefs(repo, [{ ref, from, to: commit }, ...others]);
      const now = await seen(ref, "whole").catch(unknownIfUnreachable);
      if (now === commit) return "mine";
      if (now !== "unknown" && now !== from) {
        if (now === null) throw gone(ref);
        return (await isAncestor(repo.git, commit, now)) ? "mine" : { moved: now };
      }
      const refusal = now === "unknown" ? null : refusalIn(report, ref);
      if (refusal !== null) throw refused(ref, redact(refusal));
      if (attempt + 1 === TRIES)
        throw unreachable(ref, redact(report.said), "it is not known whether the last append took effect");
      await pause(attempt);
    }
  }

  return { tip: () => withRetries(ref), holds: withRetries, publish };
}

function unknownIfUnreachable(error: unknown): "unknown" {
  if (error instanceof RemoteUnreachableError) return "unknown";
  throw error;
}

const said = (text: string): string =>
  text
    .replace(/[\0-\x08\x0b-\x1f\x7f]/g, "")
    .trim()
    .slice(0, 2048);

const refused = (ref: string, text: string): LedgerError =>
  new (wantsWorkflowsRight(text) ? WorkflowsRightError : LedgerError)(
    "refused",
    `the remote refused to move ${ref}; nothing was stored. It said: ${said(text)}`,
    "allow the token to write contents and exempt the ref from push rules; work that was refused with it can be left out",
  );

const unreachable = (ref: string, text: string, effect: string): LedgerError =>
  new LedgerError(
    "unreachable",
    `the remote did not answer for ${ref} after ${TRIES} tries; ${effect}. Last words: ${said(text)}`,
    "check the network and the remote's status, then resume the run",
  );

const badObjects = (text: string, cause: Error): LedgerError =>
  new LedgerError(
    "corrupt",
    said(text),
    "somebody else wrote to this ref: restore it from a copy, or start a new run",
    { cause },
  );

const gone = (ref: string): LedgerError =>
  new LedgerError(
    "missing",
    `${ref} was deleted on the remote while the run used it`,
    "restore the ref, or start a new run",
  );
