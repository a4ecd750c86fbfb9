/** One delivery: its signature checked over the raw text, then acknowledged when what it asks is written down. */
import { setTimeout } from "node:timers/promises";
import { MOST_BYTES } from "../http/bounded.ts";
import { deliveryHeaders } from "../http/headers.ts";
import type { Service } from "./service.ts";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface Received {
  readonly status: number;
  readonly body: string;
}

export async function receive(
  { probot, log, report }: Service,
  headers: Headers,
  raw: string,
): Promise<Received> {
  if (raw.length > MOST_BYTES) return refused(log, "", 413, "too large");
  const claimed = deliveryHeaders(headers);
  if (claimed === null) return refused(log, "", 400, "this is no webhook of GitHub");
  const { id, name, signature } = claimed;
  if (!(await probot.webhooks.verify(raw, signature).catch(() => false)))
    return refused(
      log,
      id,
      400,
      "the signature does not match: compare the webhook secret; the body must be the raw text",
    );
  let payload: unknown;
  try {
    payload = JSON.parse(raw);
  } catch {
    return refused(log, id, 400, "the body is not JSON; set the webhook's content type to application/json");
  }
  const taking = probot.receive({ id, name, payload } as Parameters<typeof probot.receive>[0]).then(
    () => OK,
    (error: unknown) => {
      report(`delivery ${id} failed; GitHub is asked for it again`, error);
      return { status: 500, body: "this failed; it is to be sent again\n" };
    },
  );
  const answer = await Promise.race([taking, late()]);
  log({ message: "delivery", delivery: id, event: name, status: answer.status });
  return answer;
}

const OK: Received = { status: 200, body: "ok\n" };

/** GitHub waits for ten seconds. What is not written down until then goes on, and is sent again all the same. */
const ANSWER_WITHIN_MS = 8_000;

const late = (): Promise<Received> =>
  setTimeout(
    ANSWER_WITHIN_MS,
    { status: 503, body: "this takes long; it is to be sent again\n" },
    { ref: false },
  );

function refused(log: Service["log"], delivery: string, status: number, why: string): Received {
  log({ message: "refused", delivery, why });
  return { status, body: `${why}\n` };
}
