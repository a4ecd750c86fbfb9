/** What the work of a job needs, the same for every part. */
import type { Config } from "../../engine/config/schema.ts";
import type { Writer } from "../../engine/core/authority.ts";
import type { EventBody } from "../../engine/core/events.ts";
import type { DriveEnd } from "../../engine/drive/drive.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import type { Git } from "../../engine/git/process.ts";
import type { CoalescingLedger } from "../../engine/ledger/coalescing.ts";
import type { Hearing } from "../../engine/local/steered-words.ts";
import type { StageUser } from "../isolation/stage-user.ts";
import type { Say } from "../ports.ts";
import type { Deadline } from "./job-time.ts";
import type { CodeRef, PushExtras } from "./pushes.ts";
import type { StoredSessions } from "./sessions.ts";
import type { Workplace } from "./workplace.ts";

export interface JobWork {
  readonly log: RunLog;
  readonly ledger: CoalescingLedger<PushExtras>;
  readonly code: CodeRef;
  readonly pushEveryMs: number;
  /** Conversations that the next job may go on with. */
  readonly sessions: StoredSessions;
  readonly config: Config;
  readonly place: Workplace;
  readonly writer: Writer;
  /** What a job of another kind begins. */
  readonly elsewhere?: (event: EventBody) => boolean;
  /** A leg's branch key. */
  readonly focus?: string;
  /** Text of a simulation script, null to run for real. */
  readonly script: string | null;
  readonly env: NodeJS.ProcessEnv;
  /** The driver's own repository: what it holds no stage can have written. */
  readonly base: Git;
  readonly stages: StageUser | null;
  readonly redact: (text: string) => string;
  readonly say: Say;
  readonly cancel: AbortSignal;
  /** Somebody else runs this hop now; aborted from outside by whoever watches, and by us when a push shows it. */
  readonly superseded: AbortController;
  readonly deadline: Deadline;
  /** Where words for agents are heard that this job's log never gets. */
  readonly hearing?: Hearing;
  /** What the log says of a driver that stopped before its scope ended. */
  readonly stopped?: (why: DriveEnd) => EventBody | null;
  /** What the log says when the remote refuses the work. */
  readonly refused: (why: string) => EventBody;
}
