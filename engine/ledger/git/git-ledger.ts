/**
 * The ledger in a git ref of a remote, by the git command line. Moving the ref from the tip that was read is the
 * compare-and-swap. What git says of a push decides nothing: an append is ours when our commit is in the ref's history,
 * and the random `Writer` in each commit keeps two writers of the same events from making the same commit.
 */
import { randomBytes } from "node:crypto";
import { isAncestor, readBlobs } from "../../git/objects.ts";
import type { RefUpdate } from "../../git/refs.ts";
import { hash8 } from "../../git/safe-name.ts";
import { writeCommit } from "../../git/write-commit.ts";
import { ORIGIN, type StampedLine } from "../envelope.ts";
import {
  type AppendResult,
  type Ledger,
  LedgerError,
  type LedgerEvent,
  type NewEvent,
  type Tip,
} from "../port.ts";
import { noLog, refLedger } from "../ref-ledger.ts";
import { CHECKPOINT, changesFor, hopOf, toSeal } from "./layout.ts";
import { type GitLog, logFilesAt, readGitLog } from "./log.ts";
import { openAfter, openUpdate } from "./openness.ts";
import { type PublisherOptions, publisher } from "./publish.ts";
import { WorkflowsRightError } from "./refusal.ts";

export interface GitLedgerOptions extends PublisherOptions {
  readonly runId: string;
  /** Exists while the run is open; moves in the same push as the events that open or end it. null for a leg. */
  readonly openRef: string | null;
  readonly now: () => Date;
  /** Other ledgers whose readers read this one too: a leg's, the trunk's. */
  readonly beside?: readonly string[];
  /** What no file in the ledger's tree may hold. */
  readonly secrets: readonly string[];
}

interface GitAppendOptions {
  /** The state after these events, for readers that do not fold from the start. */
  readonly checkpoint?: (stored: readonly LedgerEvent[]) => unknown;
  /** A hop that is over: its files become few. */
  readonly seal?: number;
  /** Commits that the ref shall keep reachable, such as a leg's work. */
  readonly carry?: readonly string[];
  /**
   * Other refs that move in the same push, or not at all. Commits that GitHub refuses for their workflow files are carried in
   * the ledger's tree instead, and all of the run's after them.
   */
  readonly alongside?: readonly RefUpdate[];
}

export interface GitLedger extends Ledger {
  append(tip: Tip, events: readonly NewEvent[], options?: GitAppendOptions): Promise<AppendResult>;
}

const NOTHING: Omit<GitLog, "commit"> = { segments: [], carried: [], events: [], position: ORIGIN };

export function gitLedger(options: GitLedgerOptions): GitLedger {
  const { repo, runId, ref, openRef, now } = options;
  const remote = publisher(options);
  /** Keeps what we build reachable here, and tells the next fetch that we have it. */
  const draft = `refs/drafts/${hash8(ref)}-${randomBytes(8).toString("hex")}`;
  let known: GitLog | null = null;

  async function look(): Promise<GitLog> {
    const tip = await remote.tip();
    if (tip === null) throw noLog(runId, ref);
    if (known && known.commit !== tip) {
      // A server may answer from before our own last append; what we know is then the newer truth.
      if (await isAncestor(repo.git, tip, known.commit)) return known;
      if (!(await isAncestor(repo.git, known.commit, tip))) throw rewritten(ref, known.commit, tip);
    }
    if (known?.commit !== tip) {
      known = await readGitLog(repo.git, runId, tip, known);
      if (known.carried.length > 0) await takeIn(known.carried);
    }
    return known;
  }

  async function takeIn(files: GitLog["carried"]): Promise<void> {
    const { takeCarried } = await import("./work-bundles.ts");
    await takeCarried(repo, ref, files);
  }

  async function store(
    from: GitLog | null,
    lines: readonly StampedLine[],
    extra: GitAppendOptions,
  ): Promise<AppendResult> {
    const moves = (extra.alongside ?? []).filter(({ to }) => to !== null);
    if (moves.length > 0 && (from?.carried.length ?? 0) > 0) return carrying(from, lines, extra);
    try {
      return await put(from, lines, extra, null);
    } catch (error) {
      if (moves.length === 0 || !(error instanceof WorkflowsRightError)) throw error;
      return carrying(from, lines, extra);
    }
  }

  /** The same events, with the commits in files in place of the refs that would have moved. */
  async function carrying(
    from: GitLog | null,
    lines: readonly StampedLine[],
    extra: GitAppendOptions,
  ): Promise<AppendResult> {
    const { carry, noteCarried } = await import("./work-bundles.ts");
    const { beside = [], secrets } = options;
    const alongside = extra.alongside ?? [];
    const carried = await carry(repo, { ref, beside, secrets, files: from?.carried ?? [] }, alongside);
    const rest = alongside.filter(({ to }) => to === null);
    const stored = await put(from, lines, { ...extra, alongside: rest }, carried.changes);
    if (stored.ok) await noteCarried(repo, ref, carried);
    return stored;
  }

  async function put(
    from: GitLog | null,
    lines: readonly StampedLine[],
    extra: GitAppendOptions,
    carried: ReadonlyMap<string, Buffer> | null,
  ): Promise<AppendResult> {
    const base = from ?? NOTHING;
    const events = lines.map((each) => each.event);
    const { seq, ts } = events.at(-1) ?? base.position;
    const changes = new Map<string, string | Buffer | null>(await filesOf(base, lines, extra.seal ?? null));
    if (extra.checkpoint) changes.set(CHECKPOINT, checkpointText(runId, seq, extra.checkpoint(events)));
    for (const [path, bundle] of carried ?? []) changes.set(path, bundle);
    const commit = await writeCommit(repo.git, {
      ref: draft,
      parents: [...(from ? [from.commit] : []), ...(extra.carry ?? [])],
      message: messageOf(events),
      when: now(),
      changes,
    });
    const others = [...(extra.alongside ?? []), ...(await openMove(events, from, commit))];
    const ended = await remote.publish(commit, from?.commit ?? null, others);
    if (ended !== "mine") return { ok: false, reason: "moved", tip: ended.moved as Tip };
    const files = await logFilesAt(repo.git, commit);
    known = { commit, ...files, events: [...base.events, ...events], position: { seq, ts } };
    return { ok: true, tip: commit as Tip, events };
  }

  async function filesOf(
    base: Omit<GitLog, "commit">,
    lines: readonly StampedLine[],
    finished: number | null,
  ) {
    const texts = lines.map((each) => each.line);
    const hop = hopOf(
      base.segments,
      lines.map((each) => each.event),
    );
    const sealing = toSeal(base.segments, hop, finished);
    const standing = await readBlobs(
      repo.git,
      sealing.map((each) => each.oid),
    );
    return changesFor(base.segments, hop, texts, finished, standing.map(String));
  }

  async function openMove(
    events: readonly LedgerEvent[],
    from: GitLog | null,
    commit: string,
  ): Promise<RefUpdate[]> {
    const open = openAfter(events, from?.events[0] ?? events[0]);
    if (openRef === null || open === null) return [];
    return openUpdate(openRef, from === null ? null : await remote.holds(openRef), open, commit);
  }

  return refLedger<GitLog, GitAppendOptions>(
    { runId, ref, exists: async () => false, known: () => known, look, store },
    {},
  );
}

/** 128 random bits: two writers of the same events in the same second must not make the same commit. */
function messageOf(events: readonly LedgerEvent[]): string {
  const [first, last] = [events[0], events.at(-1)];
  const what = first && last ? `Events ${first.seq} to ${last.seq}` : "No new events";
  return `${what}\n\nWriter: ${randomBytes(16).toString("hex")}\n`;
}

const checkpointText = (runId: string, seq: number, state: unknown): string =>
  `${JSON.stringify({ schema_version: 1, run_id: runId, seq, state })}\n`;

const rewritten = (ref: string, before: string, now: string): LedgerError =>
  new LedgerError(
    "second_writer",
    `${ref} stood at ${before.slice(0, 12)} and now at ${now.slice(0, 12)}, which does not follow it: its history was rewritten`,
    "somebody forced the ref: restore it, or start the run anew",
  );
