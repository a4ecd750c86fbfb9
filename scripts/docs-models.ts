/** Where a node's settings go: the table of the API backends, from the code that fills requests. */
import { FAMILY_TOOLS } from "../engine/agents/api/profiles/family.ts";
import { PROTOCOLS } from "../engine/agents/api/provider.ts";
import {
  DEFAULT_MAX_TOKENS,
  EFFORTS,
  LOOP_FIELDS,
  REQUEST_FIELDS,
} from "../engine/agents/api/session/fields.ts";
import { REPEAT_LIMIT } from "../engine/agents/api/session/guards.ts";
import { LIMITS } from "../engine/agents/api/tool-host/limits.ts";

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

export const modelsPage = (): string => `# Model parameters

Made from \`engine/agents/api\` by \`scripts/docs.ts\`: what a node's attributes become with \`backend: api\`.

## In the request

${row(["attribute", ...PROTOCOLS.map((name) => `\`${name}\``)])}
|---|${PROTOCOLS.map(() => "---|").join("")}
${Object.entries(REQUEST_FIELDS)
  .map(([name, fields]) => row([`\`${name}\``, ...PROTOCOLS.map((protocol) => fields[protocol])]))
  .join("\n")}

\`max_tokens\` is always sent, ${DEFAULT_MAX_TOKENS.toLocaleString("en")} when nobody says more, and never more than the catalog says that the model gives.
\`reasoning_effort\` is sent only when it was written; it is one of ${EFFORTS.map((word) => `\`${word}\``).join(", ")}. \`temperature\` and \`top_p\` are never sent.

## In the loop

| attribute | effect |
|---|---|
${Object.entries(LOOP_FIELDS)
  .map(([name, effect]) => row([`\`${name}\``, effect]))
  .join("\n")}

The same call that fails ${REPEAT_LIMIT} times with the same result, and no file changed in between, ends the session.

## Tools

| family | tools |
|---|---|
${Object.entries(FAMILY_TOOLS)
  .map(([family, tools]) => row([family, tools.map((name) => `\`${name}\``).join(", ")]))
  .join("\n")}

Models of other families, kimi and GLM among them, get the tools of \`anthropic\` (docs/decisions/130).

| tool | characters | lines | what stays |
|---|---|---|---|
${Object.entries(LIMITS)
  .map(([tool, { chars, lines, keep }]) =>
    row([
      `\`${tool}\``,
      chars.toLocaleString("en"),
      lines === null ? "" : String(lines),
      keep === "ends" ? "beginning and end" : "the end",
    ]),
  )
  .join("\n")}
`;
