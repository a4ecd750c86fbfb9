/** One provider of a repository's own: every model call goes to that server, with the secret MODEL_KEY. */
export function ownProvider(serverUrl: string): string {
  const api = { protocol: "openai_chat_completions", base_url: `${serverUrl}/v1`, api_key_env: "MODEL_KEY" };
  const ours = { backend: "api", api, models: { "m-1": { input: 1, output: 1 } }, failover: [] };
  return JSON.stringify({ version: 1, llm: { providers: { ours }, force_models: { ours: "m-1" } } });
}
