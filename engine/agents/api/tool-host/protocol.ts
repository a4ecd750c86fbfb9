/** What driver and tool host say to each other: one JSON object a line. */

export interface Start {
  readonly root: string;
  readonly statusPath: string | null;
}

/** Driver to host, after one `Start`. */
export type Order =
  | { readonly id: number; readonly tool: string; readonly input: unknown; readonly timeoutMs: number }
  | {
      readonly id: number;
      readonly hook: string;
      readonly env: Readonly<Record<string, string>>;
      readonly input: string;
      readonly timeoutMs: number;
    }
  | { readonly id: number; readonly stop: true };

/** Host to driver. */
export type ToolReport =
  | {
      readonly id: number;
      readonly ok: boolean;
      /** For the model, within its limits. */
      readonly shown: string;
      /** All of it, as far as an event may hold it. */
      readonly output: string;
      readonly exitCode?: number | null;
      readonly timedOut?: boolean;
    }
  | { readonly id: number; readonly bytes: number }
  | { readonly ready: true };

/** Of an output in a report; the rest is in the file that the mark names. */
export const MOST_OUTPUT = 1024 * 1024;
