/** One delivery: its signature checked over the raw text, then acknowledged; the work goes on after. */
import { MOST_BYTES } from "../http/bounded.ts";
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
  const text = (name: string): string => String(headers[name] ?? "");
  const id = text("x-github-delivery");
  const name = text("x-github-event");
  const signature = text("x-hub-signature-256");
  if (id === "" || name === "" || signature === "")
    return refused(log, id, 400, "this is no webhook of GitHub");
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
  try {
    await probot.receive({ id, name, payload } as Parameters<typeof probot.receive>[0]);
  } catch (error) {
    report(`delivery ${id} failed; the sweep looks again`, error);
  }
  log({ message: "delivery", delivery: id, event: name });
  return { status: 200, body: "ok\n" };
}

function refused(log: Service["log"], delivery: string, status: number, why: string): Received {
  log({ message: "refused", delivery, why });
  return { status, body: `${why}\n` };
}
