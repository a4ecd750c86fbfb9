/** A model of all four protocols: an agent of ours is told to show its surroundings, then to end; a CLI just to end. */
import { onTestFinished } from "vitest";
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";
import { spoken } from "../../agents/api/wire/script.ts";
import { byteServer, type Received } from "../../agents/api/wire/server.ts";

/** What the streams of `wire` tell, by the provider's own count. */
const TOLD: Readonly<Record<ApiProtocol, { input: number; output: number; read: number; written: number }>> =
  {
    anthropic_messages: { input: 11, output: 77, read: 205, written: 100 },
    openai_chat_completions: { input: 110, output: 77, read: 200, written: 0 },
    openai_responses: { input: 110, output: 77, read: 200, written: 0 },
    google_generate_content: { input: 110, output: 77, read: 200, written: 0 },
  };

/** US dollars for a million tokens. */
export const RATES = { input: 1, output: 10, cache_read: 0.1, cache_write: 2 };

export interface Model {
  readonly url: string;
  readonly received: readonly Received[];
  /** Of all calls that came. */
  spent(): { readonly tokens: number; readonly usd: number };
}

const SHOW = `env > seen-$ATTRACTOR_NODE_ID.txt; id -un >> seen-$ATTRACTOR_NODE_ID.txt; echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`;

export async function model(): Promise<Model> {
  const server = await byteServer((request, nth) => {
    const whole = JSON.stringify(request.body);
    // An earlier stage of the conversation may have shown it.
    const text = whole.slice(Math.max(0, whole.lastIndexOf("Show what is seen")));
    const done = text.includes("[exit code") || text.includes('"a CLI"');
    const turn = done ? { text: "words of the model" } : { calls: [["shell", { command: SHOW }]] as const };
    return spoken(protocolOf(request), turn, nth);
  });
  onTestFinished(() => server.close());
  return {
    ...server,
    spent() {
      const all = server.received.map((request) => TOLD[protocolOf(request)]);
      const sum = (of: (told: (typeof all)[number]) => number) =>
        all.reduce((total, told) => total + of(told), 0);
      const usd = sum(
        ({ input, output, read, written }) =>
          input * RATES.input + output * RATES.output + read * RATES.cache_read + written * RATES.cache_write,
      );
      return {
        tokens: sum(({ input, output, read, written }) => input + output + read + written),
        usd: Number((usd / 1e6).toFixed(9)),
      };
    },
  };
}

function protocolOf({ url }: Received): ApiProtocol {
  if (url.includes("/messages")) return "anthropic_messages";
  if (url.includes("/chat/completions")) return "openai_chat_completions";
  return url.includes("/responses") ? "openai_responses" : "google_generate_content";
}
