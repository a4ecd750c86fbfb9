/** What `llm.providers` may say of one provider. */
import { z } from "zod";
import { EnvName, PassEnv } from "./env-names.ts";

const Failover = z
  .array(z.string())
  .optional()
  .describe("Omitted: the built-in order among declared providers. []: none. A list: exactly that");

/** Names under which a header would carry a key: that has a place of its own. */
const KEY_HEADERS = /^(?:authorization|proxy-authorization|x-api-key|x-goog-api-key|api-key|cookie)$/i;

const Headers = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "expected the name of a header")
      .refine(
        (name) => !KEY_HEADERS.test(name),
        "a key does not belong here: name its variable in api_key_env",
      ),
    z.string().regex(/^[^\r\n\0]*$/, "expected one line"),
  )
  .describe("Sent with every request; no keys");

const Api = z.strictObject({
  protocol: z
    .enum(["anthropic_messages", "openai_chat_completions", "openai_responses", "google_generate_content"])
    .optional()
    .describe("Omitted: the protocol of a known provider"),
  base_url: z
    .url({ protocol: /^https?$/, error: "expected an http or https address" })
    .optional()
    .describe("Omitted: the address of a known provider"),
  path: z
    .string()
    .regex(/^\//, "expected a path that begins with /")
    .optional()
    .describe("Below base_url. Omitted: the protocol's own, with the version in base_url"),
  headers: Headers.optional(),
  api_key_env: EnvName.optional().describe(
    "The variable that holds the key. Omitted: that of a known provider",
  ),
});
export type Api = z.infer<typeof Api>;

const dollars = z.number().nonnegative();
const rates = {
  input: dollars.optional().describe("US dollars for a million tokens: what is read"),
  output: dollars.optional().describe("US dollars for a million tokens: what is written"),
  cache_read: dollars.optional().describe("US dollars for a million tokens: what is read from a cache"),
  cache_write: dollars.optional().describe("US dollars for a million tokens: what is written to a cache"),
  cache_write_1h: dollars
    .optional()
    .describe("US dollars for a million tokens: what is written to a cache for an hour"),
};
const tokens = z.number().int().positive();

const Models = z
  .record(
    z.string().min(1),
    z.strictObject({
      ...rates,
      tiers: z
        .array(z.strictObject({ above: tokens, ...rates }))
        .optional()
        .describe("Other prices for prompts above so many tokens"),
      context: tokens.optional().describe("Most tokens of a conversation"),
      max_output: tokens.optional().describe("Most tokens of one answer"),
      efforts: z.array(z.string().min(1)).optional().describe("The values of reasoning_effort that it knows"),
    }),
  )
  .optional()
  .describe("Models of your own, over those of the catalog: US dollars for a million tokens, and limits");

const common = { models: Models, failover: Failover };

const Auth = z
  .enum(["key", "login"])
  .default("key")
  .describe(
    "key: the provider's key, which the CLI never sees. login: the account that it is logged in with here",
  );

export const Provider = z.discriminatedUnion("backend", [
  z.strictObject({
    backend: z
      .literal("api")
      .describe(
        "api: our own agent loop over the provider's HTTP API. cli: the provider's command. acp: an agent that speaks the Agent Client Protocol. command: any command",
      ),
    api: Api.optional().describe("Omitted: the built-in address and key of a known provider"),
    ...common,
  }),
  z.strictObject({
    backend: z.literal("cli"),
    executable: z.string().min(1).optional().describe("Only to name another binary"),
    auth: Auth,
    api: Api.optional().describe(
      "Where the CLI's calls go. Omitted: the built-in address of a known provider",
    ),
    ...common,
    pass_env: PassEnv,
  }),
  z.strictObject({
    backend: z.literal("acp"),
    command: z.string().min(1).describe("Starts an agent that speaks the Agent Client Protocol"),
    auth: Auth,
    api: Api.optional().describe("Where the agent's calls go, if it can be told"),
    ...common,
    pass_env: PassEnv,
  }),
  z.strictObject({
    backend: z.literal("command"),
    command: z.string().min(1).describe("Run by bash in the worktree, the prompt on its standard input"),
    ...common,
    pass_env: PassEnv,
  }),
]);
export type Provider = z.infer<typeof Provider>;
