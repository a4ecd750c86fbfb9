/** Calls to GitHub's API about a ref: tried again while nobody answers, and a refusal says what to grant. */
import { LedgerError } from "../../engine/ledger/port.ts";
import { messageOf } from "../../engine/message-of.ts";
import { statusOf } from "./git-data.ts";

export const TRIES = 4;

export interface ApiCalls {
  withRetries<T>(call: () => Promise<T>): Promise<T>;
  denied(error: unknown): LedgerError;
}

export function apiCalls(ref: string, pause: (attempt: number) => Promise<void>): ApiCalls {
  async function withRetries<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        if (error instanceof LedgerError) throw error;
        const status = statusOf(error);
        if (status === 401 || status === 403 || status === 404) throw denied(error);
        if (attempt + 1 >= TRIES || (status !== 0 && status < 500 && status !== 429)) {
          throw new LedgerError(
            "unreachable",
            `GitHub gave no answer about ${ref}: ${message(error)}`,
            "it is tried again at the next event or sweep",
            { cause: error },
          );
        }
        await pause(attempt);
      }
    }
  }

  const denied = (error: unknown) =>
    new LedgerError(
      "refused",
      `GitHub refuses ${ref}: ${message(error)}`,
      "give the app or the job permission to write contents",
      { cause: error },
    );

  return { withRetries, denied };
}

const message = (error: unknown): string => messageOf(error).slice(0, 300);
