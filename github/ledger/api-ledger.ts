/**
 * The ledger by GitHub's API, for who has no clone: the same files in the same ref as the git ledger writes. Moving the
 * ref forward is the compare-and-swap; only an answer that names our commit as the ref's tells that it is in, and without
 * one the ref's history does.
 */
import { createHash, randomBytes } from "node:crypto";
import { ORIGIN, type Position, parseLine, type StampedLine } from "../../engine/ledger/envelope.ts";
import {
  changesFor,
  hopOf,
  PROGRESS,
  type Segment,
  segmentsOf,
  toSeal,
} from "../../engine/ledger/git/layout.ts";
import { openAfter } from "../../engine/ledger/git/openness.ts";
import {
  type AppendResult,
  type Ledger,
  LedgerError,
  type LedgerEvent,
  type Tip,
} from "../../engine/ledger/port.ts";
import { noLog, refLedger } from "../../engine/ledger/ref-ledger.ts";
import { inSlices } from "../time-slices.ts";
import { apiCalls, TRIES } from "./api-calls.ts";
import { type GitData, statusOf } from "./git-data.ts";

export interface ApiLedgerOptions {
  readonly git: GitData;
  readonly runId: string;
  readonly ref: string;
  readonly openRef: string | null;
  readonly pause: (attempt: number) => Promise<void>;
}

interface Known {
  readonly commit: string;
  readonly segments: readonly Segment[];
  readonly events: readonly LedgerEvent[];
  readonly position: Position;
}

interface Parsed {
  /** The number of the event before. */
  readonly after: number;
  readonly events: readonly LedgerEvent[];
}

export function apiLedger({ git, runId, ref, openRef, pause }: ApiLedgerOptions): Ledger {
  const calls = apiCalls(ref, pause);
  let known: Known | null = null;
  /** Tips that stood once. */
  const passed = new Set<string>();
  /** By blob id: a blob never changes, so none is asked for or parsed twice. */
  let texts: ReadonlyMap<string, Buffer> = new Map();
  let parsed: ReadonlyMap<string, Parsed> = new Map();

  async function look(): Promise<Known> {
    const tip = (await calls.withRetries(() => git.ref(ref))) ?? (await begunByTheDead());
    if (tip === null) throw noLog(runId, ref);
    // A replica may answer from before what we know; what we know is then the newer truth.
    if (known && known.commit !== tip && passed.has(tip)) return known;
    if (known?.commit !== tip) known = await calls.withRetries(() => readAt(tip));
    passed.add(tip);
    return known!;
  }

  /** Who died between the two refs of a beginning left the first commit under the open one: the run begins all the same. */
  async function begunByTheDead(): Promise<string | null> {
    const begun = openRef === null ? null : await calls.withRetries(() => git.ref(openRef));
    if (begun === null) return null;
    const made = await calls.withRetries(() => git.createRef(ref, begun));
    return made === "created" ? begun : calls.withRetries(() => git.ref(ref));
  }

  async function readAt(commit: string): Promise<Known> {
    const where = `the ledger at ${commit.slice(0, 12)}`;
    const files = (await git.files(commit)).filter((file) => file.path.startsWith(`${PROGRESS}/`));
    const segments = segmentsOf(files, where);
    const kept = new Map<string, Buffer>();
    try {
      for (const segment of segments) {
        kept.set(segment.oid, texts.get(segment.oid) ?? (await git.blob(segment.oid)));
      }
      texts = kept;
    } catch (error) {
      // The next read goes on where this one was cut off.
      texts = new Map([...texts, ...kept]);
      throw error;
    }
    const events: LedgerEvent[] = [];
    const reread = new Map<string, Parsed>();
    let position = ORIGIN;
    for (const segment of segments) {
      const before = parsed.get(segment.oid);
      const mine =
        before?.after === position.seq
          ? before.events
          : await parseSegment(kept.get(segment.oid), position, `${where}, ${segment.path}`);
      reread.set(segment.oid, { after: position.seq, events: mine });
      for (const event of mine) events.push(event);
      const last = mine.at(-1);
      if (last) position = { seq: last.seq, ts: last.ts };
    }
    parsed = reread;
    return { commit, segments, events, position };
  }

  const parseSegment = (text: Buffer | undefined, before: Position, where: string): Promise<LedgerEvent[]> =>
    inSlices(async ({ due, rest }) => {
      const lines = (text ?? Buffer.alloc(0)).toString("utf8").split("\n");
      const events: LedgerEvent[] = [];
      let position = before;
      for (const [n, line] of lines.entries()) {
        if (line === "" && n === lines.length - 1) continue;
        const event = parseLine(Buffer.from(line), runId, position, `${where} line ${n + 1}`);
        events.push(event);
        position = { seq: event.seq, ts: event.ts };
        if (due()) await rest();
      }
      return events;
    });

  /** What stands after our own append, known without asking: its files are the ones that we made. */
  function grown(
    from: Known | null,
    commit: string,
    changes: ReadonlyMap<string, string | null>,
    events: readonly LedgerEvent[],
  ): Known {
    const kept = new Map(texts);
    const made = [...changes].flatMap(([path, content]) => {
      if (content === null) return [];
      const text = Buffer.from(content);
      const oid = createHash("sha1").update(`blob ${text.length}\0`).update(text).digest("hex");
      kept.set(oid, text);
      return [{ path, oid, bytes: text.length }];
    });
    const [only] = made;
    if (only && changes.size === 1)
      parsed = new Map(parsed).set(only.oid, { after: from?.position.seq ?? 0, events });
    const stay = (from?.segments ?? []).filter(({ path }) => !changes.has(path));
    texts = kept;
    const last = events.at(-1);
    return {
      commit,
      segments: segmentsOf(
        [...stay.map(({ path, oid, bytes }) => ({ path, oid, bytes })), ...made],
        `the ledger at ${commit.slice(0, 12)}`,
      ),
      events: [...(from?.events ?? []), ...events],
      position: last ? { seq: last.seq, ts: last.ts } : (from?.position ?? ORIGIN),
    };
  }

  async function store(from: Known | null, lines: readonly StampedLine[]): Promise<AppendResult> {
    const events = lines.map((each) => each.event);
    const base = from?.segments ?? [];
    const hop = hopOf(base, events);
    const standing = toSeal(base, hop, null).map((each) => String(texts.get(each.oid) ?? ""));
    const wanted = changesFor(
      base,
      hop,
      lines.map((each) => each.line),
      null,
      standing,
    );
    const changes = expandFolders(wanted, base);
    const commit = await calls.withRetries(() =>
      git.commit({
        parents: from ? [from.commit] : [],
        message: `Events ${events[0]?.seq} to ${events.at(-1)?.seq}\n\nWriter: ${randomBytes(16).toString("hex")}\n`,
        base: from?.commit ?? null,
        changes,
      }),
    );
    const open = openRef === null ? null : openAfter(events, from?.events[0] ?? events[0]);
    // Before the log: a run that is open and that no sweep finds would be looked at by nobody.
    if (openRef !== null && open) await calls.withRetries(() => git.createRef(openRef, commit));
    for (let attempt = 0; ; attempt++) {
      const now = (await tryMove(from, commit)) ? commit : await calls.withRetries(() => git.ref(ref));
      if (
        now !== null &&
        (now === commit ||
          (now !== from?.commit && (await calls.withRetries(() => git.isAncestor(commit, now)))))
      ) {
        known = now === commit ? grown(from, commit, changes, events) : null;
        passed.add(commit);
        break;
      }
      if (now !== (from?.commit ?? null)) {
        known = null;
        return { ok: false, reason: "moved", tip: (now ?? "") as Tip };
      }
      if (attempt + 1 === TRIES) {
        throw new LedgerError(
          "refused",
          `GitHub does not move ${ref}`,
          "check the app's permission to write contents, and rules for refs",
        );
      }
      await pause(attempt);
    }
    // If this is lost, the sweep finds an ended run under an open ref and takes it away.
    if (openRef !== null && open === false) await git.deleteRef(openRef);
    return { ok: true, tip: commit as Tip, events };
  }

  /** True: GitHub says that the ref stands at our commit. Anything else proves nothing: a lost answer may have taken effect. */
  async function tryMove(from: Known | null, commit: string): Promise<boolean> {
    try {
      if (from) return await git.moveRef(ref, commit);
      return (await git.createRef(ref, commit)) === "created";
    } catch (error) {
      if (statusOf(error) >= 400 && statusOf(error) < 500 && ![408, 409, 422, 429].includes(statusOf(error)))
        throw calls.denied(error);
      return false;
    }
  }

  return refLedger<Known, object>(
    {
      runId,
      ref,
      exists: async () => (await calls.withRetries(() => git.ref(ref))) !== null,
      known: () => known,
      look,
      store,
    },
    {},
  );
}

/** The layout takes away whole folders; the API takes away files. */
function expandFolders(
  changes: ReadonlyMap<string, string | null>,
  segments: readonly Segment[],
): Map<string, string | null> {
  const files = new Map<string, string | null>();
  for (const [path, content] of changes) {
    if (content !== null) files.set(path, content);
    else
      for (const segment of segments) if (segment.path.startsWith(`${path}/`)) files.set(segment.path, null);
  }
  return files;
}
