/** The four protocols that models are spoken to in. */
export type Protocol =
  | "anthropic_messages"
  | "openai_responses"
  | "openai_chat_completions"
  | "google_generate_content";
