/** What every part of a hop is given: the job, its inputs, the repository, and where to speak. */
import type { Watcher } from "../engine/drive/log.ts";
import type { GitHubJob } from "./github-env.ts";
import type { Remote } from "./hop/remote.ts";
import type { Inputs } from "./inputs.ts";
import type { StageUser } from "./isolation/stage-user.ts";
import type { Annotation } from "./output/annotations.ts";
import type { Deadline } from "./work/job-time.ts";

export interface Say {
  /** A named, folded part of the job's log. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** A stage that ended: what it printed, folded, and complaints in it on the lines they name. */
  stage(title: string, printed: string, found: readonly Annotation[]): void;
  /** For people and their own steps: redacted. */
  output(name: string, value: string): void;
  /** For the jobs of the run: ids of ours and nothing that anybody else wrote, whole or absent. */
  control(name: string, value: string): void;
  notice(text: string): void;
  /** Stands on the page of the workflow run, beside a job that may be green. */
  warning(text: string): void;
  /** The job ends red, and says why. */
  fail(text: string): void;
  readonly event: Watcher;
}

export interface JobPorts {
  readonly job: GitHubJob;
  readonly inputs: Inputs;
  readonly remote: Remote;
  readonly say: Say;
  readonly redact: (text: string) => string;
  /** What `redact` masks by value. */
  readonly secrets: readonly string[];
  /** Who runs stages; null where the job's token can write nothing, and in parts that run none. */
  readonly stages: StageUser | null;
  /** What stages may inherit from; the job's credentials and channels are not in it. */
  readonly env: NodeJS.ProcessEnv;
  readonly cancel: AbortSignal;
  readonly deadline: Deadline;
  /** How much faster than on GitHub time passes; 1 but in tests. */
  readonly pace: number;
  readonly pause: (ms: number) => Promise<void>;
}
