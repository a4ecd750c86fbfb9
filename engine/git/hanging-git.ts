/** Git that may hang (a filter, a lock, a network disk) is ended when whoever waits for it gives up; while it works it is heard. */
import { AsyncLocalStorage } from "node:async_hooks";

export interface GitWatch {
  /** Ends the git process that runs, and every later one. */
  readonly signal: AbortSignal;
  /** A git process ended by itself: the work goes on. */
  readonly progress: () => void;
}

const given = new AsyncLocalStorage<GitWatch>();

/** For every git process that `work` begins, however deep. */
export const watchingGit = <T>(watch: GitWatch, work: () => Promise<T>): Promise<T> => given.run(watch, work);

export const gitWatch = (): GitWatch | undefined => given.getStore();
