/** A CXDB server as a run needs it: contexts with turns. Ids are text, for they are larger than a number holds. */

export interface CxdbHead {
  readonly contextId: string;
  /** "0": it holds no turn. */
  readonly turnId: string;
}

/** An event of the run, as a turn holds it. */
export interface Turn {
  readonly seq: number;
  readonly ts: string;
  readonly event: string;
  readonly runId: string;
  readonly nodeId: string | null;
  readonly branchKey: string | null;
  /** The whole event as JSON. */
  readonly body: string;
  /** Of a branch that ended: the context that holds it. */
  readonly branchContext: string | null;
}

export interface CxdbTransport {
  create(): Promise<CxdbHead>;
  /** A new context that goes on from a turn. */
  fork(turnId: string): Promise<CxdbHead>;
  /** The newest turn and the event that it holds; seq 0: there is none. */
  last(contextId: string): Promise<{ readonly turnId: string; readonly seq: number }>;
  /** Behind the parent, which is "0" for the first. Returns the turn's id. */
  append(contextId: string, parent: string, turn: Turn): Promise<string>;
  close(): void;
}

/** The server refused, was away, or answered what is no answer. */
export class CxdbError extends Error {
  override readonly name = "CxdbError";
}
