/** The fields of a mapping node by name; a key nobody here knows stops the run instead of being skipped. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { at, pairsOf } from "../expressions/template.ts";
import { InvalidWorkflow } from "./model.ts";

export type Fields<Key extends string> = Readonly<Partial<Record<Key, TemplateToken>>>;

export function fieldsOf<Key extends string>(
  token: TemplateToken | undefined,
  what: string,
  known: readonly Key[],
): Fields<Key> {
  const found: Partial<Record<Key, TemplateToken>> = {};
  for (const [key, value] of pairsOf(token)) {
    if (!(known as readonly string[]).includes(key)) {
      throw new InvalidWorkflow(
        `${at(value)}the box does not support \`${key}\` in ${what}: remove it, or teach the executor`,
      );
    }
    found[key as Key] = value;
  }
  return found;
}
