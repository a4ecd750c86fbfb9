/** One call against answers that come one after the other. */
import { onTestFinished } from "vitest";
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";
import { oneCall } from "./asked.ts";
import { byteServer, type Reply } from "./wire/server.ts";

export async function tried(
  replies: readonly Reply[],
  maxRetries = 6,
  protocol: ApiProtocol = "anthropic_messages",
) {
  const server = await byteServer(replies);
  onTestFinished(() => server.close());
  const call = await oneCall(server.url, protocol, { provider: { maxRetries } });
  return { ...call, requests: server.received.length };
}
