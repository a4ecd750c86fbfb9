/** One call against a server of bytes, with time that does not pass. */
import { type AskedModel, ask } from "../../../engine/agents/api/call/ask.ts";
import { openModel } from "../../../engine/agents/api/models/open.ts";
import type { ApiDeps, ApiProtocol, ApiProvider } from "../../../engine/agents/api/provider.ts";
import { modelFetch } from "../../../engine/agents/api/stream/fetch.ts";
import { newWire } from "../../../engine/agents/api/stream/wire.ts";
import type { Clock } from "../../../engine/clock.ts";

export const BASE: Readonly<Record<ApiProtocol, string>> = {
  anthropic_messages: "/v1",
  openai_chat_completions: "/v1",
  openai_responses: "/v1",
  google_generate_content: "/v1beta",
};

export function still(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.UTC(2026, 10, 30, 12, 0, 0),
    elapsed: () => 0,
    async sleep(ms) {
      slept.push(ms);
    },
  };
}

export interface OneCall {
  readonly asked: AskedModel;
  readonly repairs: readonly string[];
  readonly slept: readonly number[];
}

export async function oneCall(
  url: string,
  protocol: ApiProtocol,
  more: {
    provider?: Partial<ApiProvider>;
    deps?: Partial<ApiDeps>;
    signal?: AbortSignal;
    mask?: (text: string) => string;
  } = {},
): Promise<OneCall> {
  const provider: ApiProvider = {
    ...{ name: "test", protocol, baseUrl: url + BASE[protocol], apiKey: "key-of-test", maxRetries: 0 },
    ...more.provider,
  };
  let wire = newWire();
  const repairs: string[] = [];
  const clock = still();
  const modelName = "m-1";
  const model = await openModel({
    ...{ provider, model: modelName, newId: () => "made-1" },
    fetch: modelFetch(provider, modelName, () => wire),
  });
  const asked = await ask({
    ...{ provider, modelName, model },
    options: {
      prompt: [{ role: "user", content: [{ type: "text", text: "go" }] }],
      maxOutputTokens: 1000,
    },
    deps: { price: () => 0.5, clock, random: () => 0.5, ...more.deps },
    mask: more.mask ?? ((text) => text),
    signal: more.signal ?? new AbortController().signal,
    use: (next) => {
      wire = next;
    },
    onBytes: () => undefined,
    onRetry: () => undefined,
    onRepair: (what) => repairs.push(what),
  });
  return { asked, repairs, slept: clock.slept };
}
