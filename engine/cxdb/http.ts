/** CXDB's HTTP contract as its documents have it, for gateways and servers that take writes so. The registry goes this way too. */
import * as z from "zod/mini";
import { CxdbError, type CxdbHead, type CxdbTransport } from "./port.ts";
import { BUNDLE_ID, bundle, TYPE_ID, TYPE_VERSION, turnFields } from "./turn.ts";

const TIMEOUT_MS = 10_000;
const Id = z.string().check(z.regex(/^\d+$/));
const Head = z.object({ context_id: Id, head_turn_id: Id });
const Appended = z.object({ turn_id: Id });
const Turns = z.object({
  turns: z.array(
    z.object({
      turn_id: Id,
      declared_type: z.optional(z.object({ type_id: z.string() })),
      data: z.optional(z.object({ seq: z.union([z.number(), z.string()]) })),
    }),
  ),
});

export function httpTransport(baseUrl: string): CxdbTransport {
  const base = baseUrl.replace(/\/+$/, "");
  const post = async <T>(path: string, body: object, schema: z.ZodMiniType<T>): Promise<T> =>
    schema.parse(await call(`${base}${path}`, "POST", body));
  const headOf = ({ context_id, head_turn_id }: z.infer<typeof Head>): CxdbHead => ({
    contextId: context_id,
    turnId: head_turn_id,
  });
  return {
    create: async () => headOf(await post("/v1/contexts/create", { base_turn_id: "0" }, Head)),
    fork: async (turnId) => headOf(await post("/v1/contexts/fork", { base_turn_id: turnId }, Head)),
    async last(contextId) {
      const answer = await call(`${base}/v1/contexts/${contextId}/turns?limit=1`, "GET", null);
      const newest = Turns.parse(answer).turns.at(-1);
      if (!newest) return { turnId: "0", seq: 0 };
      if (newest.declared_type?.type_id !== TYPE_ID || newest.data === undefined)
        throw new CxdbError("the newest turn is none that this run wrote");
      return { turnId: newest.turn_id, seq: Number(newest.data.seq) };
    },
    append: async (contextId, parent, turn) =>
      (
        await post(
          `/v1/contexts/${contextId}/append`,
          {
            type_id: TYPE_ID,
            type_version: TYPE_VERSION,
            data: turnFields(turn),
            ...(parent === "0" ? {} : { parent_turn_id: parent }),
            idempotency_key: `${turn.runId}/${turn.seq}`,
          },
          Appended,
        )
      ).turn_id,
    close: () => undefined,
  };
}

/** Names for the numbers of our turns; a server that has them already says so. */
export async function publishRegistry(baseUrl: string): Promise<void> {
  await call(`${baseUrl.replace(/\/+$/, "")}/v1/registry/bundles/${BUNDLE_ID}`, "PUT", bundle());
}

async function call(url: string, method: string, body: object | null): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      ...(body === null
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { message?: string } };
    throw new CxdbError(`${url} cannot be reached: ${cause?.message ?? message}`);
  }
  const text = await response.text();
  if (!response.ok)
    throw new CxdbError(`${url} answered ${response.status}: ${text.replace(/\s+/g, " ").slice(0, 300)}`);
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    throw new CxdbError(`${url} answered with what is no JSON`);
  }
}
