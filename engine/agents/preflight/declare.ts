/** The lines of configuration that would declare a provider. */
import { KNOWN_PROVIDERS } from "../../config/known-providers.ts";

export function declaration(provider: string): string {
  const known = Object.hasOwn(KNOWN_PROVIDERS, provider) ? KNOWN_PROVIDERS[provider]! : null;
  const entry =
    provider === "copilot"
      ? "{ backend: cli }"
      : known !== null
        ? "{ backend: api }"
        : '{ backend: api, api: { protocol: openai_chat_completions, base_url: "https://…", api_key_env: … } }';
  const key = known === null ? "" : ` with the key in ${known.keyEnv}`;
  return `write llm: { providers: { ${provider}: ${entry} } }${key} into .github/attractor.yml`;
}
