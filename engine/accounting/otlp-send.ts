/** Sends traces to a collector over HTTP. A collector that is away or refuses is a warning, never the run's failure. */
import { setTimeout as sleep } from "node:timers/promises";

export interface Collector {
  /** Base address; the traces go to `/v1/traces` below it. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 10_000;
const TRIES = 3;
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;
/** What the protocol says to try again. */
const AGAIN = new Set([429, 502, 503, 504]);
const ANSWER_CHARS = 200;

/** Null: the collector has it. Else why not, in words. */
export async function sendTraces({ endpoint, headers }: Collector, traces: object): Promise<string | null> {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const body = JSON.stringify(traces);
  let why = "";
  for (let left = TRIES; left > 0; left--) {
    const answer = await post(url, headers, body);
    if (answer.problem === null) return null;
    why = `${url} ${answer.problem}`;
    if (answer.waitMs === null || left === 1) break;
    await sleep(answer.waitMs);
  }
  return why;
}

interface Answer {
  readonly problem: string | null;
  /** Before it is tried again; null: it is not. */
  readonly waitMs: number | null;
}

async function post(url: string, headers: Collector["headers"], body: string): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      // A key in a header is for this address alone.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = (await response.text()).slice(0, ANSWER_CHARS);
    if (!response.ok)
      return {
        problem: `answered ${response.status}${text === "" ? "" : `: ${text.replace(/\s+/g, " ")}`}`,
        waitMs: AGAIN.has(response.status) ? pauseOf(response.headers.get("retry-after")) : null,
      };
    return { problem: rejected(text), waitMs: null };
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { message?: string } };
    return { problem: `cannot be reached: ${cause?.message ?? message}`, waitMs: PAUSE_MS };
  }
}

const pauseOf = (retryAfter: string | null): number => {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, LONGEST_PAUSE_MS) : PAUSE_MS;
};

/** A collector may take the request and refuse some of its spans. */
function rejected(text: string): string | null {
  const [, count = "0"] = /"rejectedSpans"\s*:\s*"?(\d+)/.exec(text) ?? [];
  return Number(count) === 0 ? null : `took all but ${count} spans: ${text.replace(/\s+/g, " ")}`;
}
