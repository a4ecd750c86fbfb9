/** The `fetch` that the SDK is given: the declared address, and every stream watched and put right on its way. */
import type { ApiProtocol, ApiProvider } from "../provider.ts";
import { anthropicRepair } from "./anthropic.ts";
import { chatRepair } from "./chat.ts";
import { dataOf, eventsComing, splitEvents } from "./events.ts";
import { googleListener, responsesListener } from "./listen.ts";
import { merged } from "./merge.ts";
import { type Body, errorWithin, peekable } from "./plain-error.ts";
import type { Repair } from "./repair.ts";
import type { Wire } from "./wire.ts";

const REPAIRS: Readonly<Record<ApiProtocol, (wire: Wire) => Repair>> = {
  anthropic_messages: anthropicRepair,
  openai_chat_completions: chatRepair,
  openai_responses: responsesListener,
  google_generate_content: googleListener,
};

type Refuses = (body: string) => string | null;

/** The declared address, without a look at what comes back. `refuses`: why a body may not be sent. */
export function addressedFetch(
  provider: ApiProvider,
  model: string,
  wire: () => Wire,
  refuses: Refuses,
): typeof fetch {
  return async (input, init) => {
    const refusal = refuses(String(init?.body ?? ""));
    if (refusal !== null) {
      wire().unpaid = refusal;
      throw new Error(refusal);
    }
    const response = await fetch(addressOf(provider, model, input), { ...init, redirect: "manual" });
    if (!response.ok || response.body === null) return response;
    if (!/^text\/html\b/.test(response.headers.get("content-type") ?? "")) return response;
    await response.body.cancel();
    const headers = { "content-type": "application/json" };
    const error = { message: `${provider.baseUrl} answers with a web page: check base_url and path` };
    return new Response(JSON.stringify({ error }), { status: 404, headers });
  };
}

/** `wire` is asked for at every request: one session's calls follow one another. */
export function modelFetch(
  provider: ApiProvider,
  model: string,
  wire: () => Wire,
  refuses: Refuses = () => null,
): typeof fetch {
  const send = addressedFetch(provider, model, wire, refuses);
  return async (input, init) => {
    const response = await send(input, init);
    if (!response.ok || response.body === null) return response;
    const { status, headers } = response;
    const body = peekable(response.body);
    const isJson = /\bjson\b/.test(headers.get("content-type") ?? "");
    const error = isJson ? await errorWithin(body) : null;
    return error ?? new Response(watched(body, provider.protocol, wire()), { status, headers });
  };
}

/** A declared path stands in place of the protocol's own. */
function addressOf(provider: ApiProvider, model: string, input: Parameters<typeof fetch>[0]): string {
  const own = input instanceof Request ? input.url : String(input);
  if (provider.path === undefined) return own;
  const path = provider.path.replace("{model}", encodeURIComponent(model));
  const { search } = new URL(own);
  return provider.baseUrl.replace(/\/$/, "") + path + (path.includes("?") ? "" : search);
}

const PING = /^(?:event: ?ping\b|:|data: ?\{\s*"type"\s*:\s*"ping")/;

/** The others of a piece are looked at only where its first is one. */
const isPings = (events: string): boolean =>
  PING.test(events) && splitEvents(events).every((event) => event === "" || PING.test(event));

function watched(reader: Body, protocol: ApiProtocol, wire: Wire): ReadableStream<Uint8Array> {
  const repair = REPAIRS[protocol](wire);
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const coming = eventsComing();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          const out = lastEvent(coming.rest() + decoder.decode(), repair) + repair.end();
          if (out !== "") controller.enqueue(encoder.encode(out));
          return controller.close();
        }
        wire.bytes += value.byteLength;
        wire.onBytes(wire.bytes);
        const come = coming.add(decoder.decode(value, { stream: true }));
        if (come === null) continue;
        const { events, asCame } = come;
        if (!isPings(events)) wire.progressAt = performance.now();
        const out = merged(repair.concerns(events) ? fixed(events, repair) : events, protocol);
        // Much of a stream needs nothing: it goes on as the bytes that came.
        controller.enqueue(asCame && out === events ? value : encoder.encode(out));
        return;
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** Some servers leave out the last empty line; what is no whole event is left out as the standard says. */
const lastEvent = (text: string, repair: Repair): string =>
  dataOf(text) !== null || /^data: ?\[DONE\]\s*$/.test(text) ? fixed(`${text.trimEnd()}\n\n`, repair) : "";

const fixed = (block: string, repair: Repair): string =>
  splitEvents(block)
    .map((event) => (repair.concerns(event) ? repair.event(event) : null) ?? event)
    .join("");
