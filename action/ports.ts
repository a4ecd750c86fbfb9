/** What every part of a hop is given: the job, its inputs, the repository, and where to speak. */
import type { Watcher } from "../engine/drive/log.ts";
import type { GitHubJob } from "./github-env.ts";
import type { Inputs } from "./inputs.ts";
import type { Remote } from "./remote.ts";

export interface Say {
  /** A named, folded part of the job's log. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  output(name: string, value: string): void;
  notice(text: string): void;
  readonly event: Watcher;
}

export interface JobPorts {
  readonly job: GitHubJob;
  readonly inputs: Inputs;
  readonly remote: Remote;
  readonly say: Say;
  readonly cancel: AbortSignal;
  readonly softDeadline: number;
  readonly pause: (ms: number) => Promise<void>;
}
