/**
 * GitHub's limits kept by ourselves: what people see is written at least a second apart, a limit pauses everything of the
 * installation for as long as GitHub says, and a token that expired early is drawn anew once (docs/decisions/081).
 */
import type { Clock } from "../../engine/clock.ts";
import { limitConcurrency } from "../concurrency-limit.ts";
import { statusOf } from "../ledger/git-data.ts";

export interface AnyOctokit {
  request(route: string, parameters?: Record<string, unknown>): Promise<{ status: number; data: unknown }>;
}

interface PatientOptions {
  readonly clock: Clock;
  /** Between two writes that notify people or start work. */
  readonly gapMs: number;
  /** Draws a new token. */
  readonly renew: () => Promise<unknown>;
  readonly count: (route: string, status: number) => void;
  /** How long an answer may take. */
  readonly withinMs?: { readonly read: number; readonly write: number };
  /** What GitHub says the time is. */
  readonly heard?: (date: string) => void;
}

/** What notifies people or starts work. */
const VISIBLE =
  /^(?:POST|PATCH) \S*(?:\/comments(?:\/\{comment_id\}(?:\/reactions)?)?|\/check-runs(?:\/\{check_run_id\})?|\/dispatches)$/;
/** GitHub takes a hundred at once of everybody who uses the app's token. */
const MOST_AT_ONCE = 50;
const TRIES = 6;
const LEAST_PAUSE_MS = 60_000;
/** Reading again harms nobody: GitHub's bad minutes are mostly shorter than the time to the next sweep. */
const READ_AGAIN_MS = [500, 2_000];
/** A primary limit may last an hour; the sweep looks again after that, and nothing is held in memory meanwhile. */
const LONGEST_PAUSE_MS = 900_000;
/** An answer that does not come is no answer: whoever waits for it holds up everybody behind. */
const WITHIN_MS = { read: 15_000, write: 30_000 };

export function withRateLimits(
  inner: AnyOctokit,
  { clock, gapMs, renew, count, heard, withinMs = WITHIN_MS }: PatientOptions,
): AnyOctokit {
  const forever = new AbortController().signal;
  let pausedUntil = 0;
  /** The limit is used up until then: asking before is refused, and held against us. */
  let closedUntil = 0;
  let nextVisible = 0;
  const bounded = limitConcurrency(MOST_AT_ONCE);

  function hear(answer: unknown): void {
    const date = (answer as { headers?: { date?: string } } | undefined)?.headers?.date;
    if (date !== undefined) heard?.(date);
  }

  async function withRetries(route: string, parameters?: Record<string, unknown>) {
    let renewed = false;
    let reads = 0;
    for (let attempt = 0; ; attempt++) {
      if (closedUntil > clock.now() && closedUntil - clock.now() <= HOUR_MS) throw usedUp(null);
      while (pausedUntil > clock.now()) await clock.sleep(pausedUntil - clock.now(), forever);
      try {
        const answer = await bounded(() => inner.request(route, within(withinMs, route, parameters)));
        count(route, answer.status);
        hear(answer);
        return answer;
      } catch (error) {
        const status = statusOf(error);
        count(route, status);
        hear((error as { response?: unknown }).response);
        if (status === 401 && !renewed) {
          renewed = true;
          await renew();
          continue;
        }
        const pause = pauseFor(error, attempt, clock.now());
        if (pause === null && isPassing(route, status) && reads < READ_AGAIN_MS.length) {
          await clock.sleep(READ_AGAIN_MS[reads++] ?? 0, forever);
          continue;
        }
        if (pause === null) throw error;
        if (pause > LONGEST_PAUSE_MS) closedUntil = clock.now() + Math.min(pause, HOUR_MS);
        if (attempt + 1 >= TRIES || pause > LONGEST_PAUSE_MS) throw usedUp(error);
        pausedUntil = Math.max(pausedUntil, clock.now() + pause);
      }
    }
  }

  return {
    async request(route, parameters) {
      if (VISIBLE.test(route)) {
        const now = clock.now();
        const at = Math.max(now, nextVisible);
        nextVisible = at + gapMs;
        if (at > now) await clock.sleep(at - now, forever);
      }
      return withRetries(route, parameters);
    },
  };
}

const HOUR_MS = 3_600_000;

const usedUp = (cause: unknown): Error =>
  Object.assign(new Error("GitHub's rate limit is used up", { cause }), { status: 429 });

function within(
  { read, write }: { read: number; write: number },
  route: string,
  parameters: Record<string, unknown> = {},
): Record<string, unknown> {
  const own = parameters.request as { signal?: AbortSignal } | undefined;
  const limit = AbortSignal.timeout(route.startsWith("GET ") ? read : write);
  const signal = own?.signal ? AbortSignal.any([own.signal, limit]) : limit;
  return { ...parameters, request: { ...own, signal } };
}

/** Octokit calls a connection that broke a 500. */
const isPassing = (route: string, status: number): boolean => route.startsWith("GET ") && status >= 500;

/** null: no limit is the reason. */
function pauseFor(error: unknown, attempt: number, now: number): number | null {
  const status = statusOf(error);
  if (status !== 403 && status !== 429) return null;
  const headers = headersOf(error);
  const after = Number(headers.get("retry-after"));
  if (after > 0) return after * 1000;
  const reset = Number(headers.get("x-ratelimit-reset")) * 1000;
  if (headers.get("x-ratelimit-remaining") === "0" && reset > 0) {
    // Both by GitHub's clock: this machine's may be hours off.
    const there = Date.parse(headers.get("date") ?? "");
    return Math.max(1000, reset - (Number.isFinite(there) ? there : now));
  }
  const limited =
    status === 429 ||
    headers.get("x-ratelimit-remaining") === "0" ||
    /rate limit|abuse/i.test(error instanceof Error ? error.message : "");
  return limited ? LEAST_PAUSE_MS * 2 ** attempt : null;
}

function headersOf(error: unknown): Map<string, string> {
  const { response } = error as { response?: { headers?: Record<string, unknown> } };
  return new Map(Object.entries(response?.headers ?? {}).map(([name, value]) => [name, String(value)]));
}
