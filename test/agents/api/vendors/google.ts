/**
 * The body of `models.streamGenerateContent`, after the reference of the Gemini API
 * (https://ai.google.dev/api/generate-content, https://ai.google.dev/api/caching): the fields that an agent could need.
 * Google's own package types its functions' arguments, which are not what goes over the wire.
 */
export interface GenerateContentRequest {
  contents: Content[];
  systemInstruction?: Content;
  tools?: Tool[];
  toolConfig?: { functionCallingConfig?: { mode?: CallingMode; allowedFunctionNames?: string[] } };
  safetySettings?: { category: string; threshold: string }[];
  generationConfig?: GenerationConfig;
  cachedContent?: string;
}

type CallingMode = "MODE_UNSPECIFIED" | "AUTO" | "ANY" | "NONE" | "VALIDATED";

interface Content {
  role?: "user" | "model";
  parts: Part[];
}

/** One kind of data each. */
type Part = { thought?: boolean; thoughtSignature?: string } & (
  | { text: string }
  | { inlineData: { mimeType: string; data: string } }
  | { functionCall: { id?: string; name: string; args?: Record<string, unknown> } }
  | { functionResponse: { id?: string; name: string; response: Record<string, unknown> } }
);

interface Tool {
  functionDeclarations?: FunctionDeclaration[];
}

interface FunctionDeclaration {
  name: string;
  description: string;
  parameters?: Schema;
  parametersJsonSchema?: unknown;
}

/** A part of OpenAPI 3.0; the names of types are read in any case. */
interface Schema {
  type: "string" | "number" | "integer" | "boolean" | "array" | "object";
  format?: string;
  title?: string;
  description?: string;
  nullable?: boolean;
  enum?: string[];
  items?: Schema;
  minItems?: string;
  maxItems?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  propertyOrdering?: string[];
  minimum?: number;
  maximum?: number;
  anyOf?: Schema[];
}

interface GenerationConfig {
  stopSequences?: string[];
  responseMimeType?: string;
  responseSchema?: Schema;
  responseJsonSchema?: unknown;
  candidateCount?: number;
  maxOutputTokens?: number;
  seed?: number;
  thinkingConfig?: {
    includeThoughts?: boolean;
    thinkingBudget?: number;
    thinkingLevel?: "minimal" | "low" | "medium" | "high";
  };
}
