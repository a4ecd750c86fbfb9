/** What trunk, branch and single are alike in: they work as far as they get, and leave what they have where others look for it. */
import type { Config } from "../../engine/config/schema.ts";
import type { EventOf } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { CoalescingLedger } from "../../engine/ledger/coalescing.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";
import type { Expected } from "../handoff/expected.ts";
import type { JobPorts } from "../ports.ts";
import { hasThreads } from "./has-threads.ts";
import type { JobWork } from "./job-work.ts";
import { type WorkEnd, work, workOptions } from "./perform.ts";
import type { CodeRef, PushExtras } from "./pushes.ts";
import { rejectedPush } from "./rejected-push.ts";
import type { StoredSessions } from "./sessions.ts";

export interface Session
  extends Pick<
    JobWork,
    "log" | "place" | "pushEveryMs" | "writer" | "elsewhere" | "focus" | "superseded" | "stopped" | "hearing"
  > {
  readonly runId: string;
  readonly started: EventOf<"run_started">;
  readonly config: Config;
  readonly ledger: CoalescingLedger<PushExtras>;
  /** Its name in refs and artifacts. */
  readonly part: string;
  /** The ref of its work, and what the remote holds of it. */
  readonly code: Pick<CodeRef, "ref" | "at">;
  /** Where the work of its scope stands. */
  readonly commit: () => string | null;
  /** False: this job may not push its work. */
  readonly pushes: boolean;
  /** What another job takes it by, where this one may write nothing to the remote. */
  readonly handoff: Expected | null;
  readonly cancel?: AbortSignal;
}

export interface SessionEnd {
  readonly why: WorkEnd;
  readonly state: RunState;
  /** The whole log, with what this job wrote. */
  readonly events: readonly LedgerEvent[];
}

/** What a job did of the trunk's turn. */
export interface Worked {
  readonly session: SessionEnd;
  /** The run folder of this job; null where nothing ran. */
  readonly logs: string | null;
}

export async function runSession(ports: JobPorts, session: Session): Promise<SessionEnd> {
  const { runId, started, part, log, ledger, place, focus, commit, handoff } = session;
  const focused = focus === undefined ? {} : { focus };
  const refused = rejectedPush(ports, {
    ...{ started, runId, hop: log.state.hop?.hop ?? 0, part, bring: place.collect },
    ...focused,
  });
  const why = await work({
    ...{ log, ledger, place, refused: refused.event, ...focused },
    config: session.config,
    code: { ...session.code, commit: session.pushes ? commit : () => null, bring: place.collect },
    sessions: await sessionsOf(ports, session),
    pushEveryMs: session.pushEveryMs,
    writer: session.writer,
    ...(session.elsewhere === undefined ? {} : { elsewhere: session.elsewhere }),
    ...workOptions(ports),
    cancel: session.cancel ?? ports.cancel,
    superseded: session.superseded,
    ...(session.stopped === undefined ? {} : { stopped: session.stopped }),
    ...(session.hearing === undefined ? {} : { hearing: session.hearing }),
  });
  await place.workspaces.close();
  if (handoff !== null && why !== "superseded") {
    const { writeHandoff } = await import("../handoff/write.ts");
    const payload = { events: await ledger.pending(), commit: commit(), bring: place.collect };
    await writeHandoff(ports, { ...handoff, ...payload });
  }
  await refused.leave(commit());
  const { events } = await ledger.read();
  await ledger.close();
  return { why, state: log.state, events };
}

/** Where no stage goes on with a conversation, none of what keeps them is loaded. */
async function sessionsOf(ports: JobPorts, { runId, log, place, focus }: Session): Promise<StoredSessions> {
  const { pipeline } = log;
  if (!hasThreads(pipeline)) return { keep: async () => undefined };
  const { openSessions } = await import("./sessions.ts");
  return openSessions(ports, {
    ...{ runId, pipeline, root: place.root },
    ...(focus === undefined ? {} : { focus }),
  });
}
