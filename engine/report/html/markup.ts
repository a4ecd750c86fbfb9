/** HTML by template: every value is escaped unless it was made here. Write attribute values in double quotes. */
import { plainText } from "../escape.ts";

/** A class, so that no parsed data can pretend to be markup. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Markup | string | number | null | undefined | false | readonly Part[];

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((before, string, at) => `${before}${textOf(parts[at - 1])}${string}`));
}

/** For text that is markup already and was made by this project: a drawing, a sanitised comment. */
export const trusted = (text: string): Markup => new Markup(text);

function textOf(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(textOf).join("");
  return part === null || part === undefined || part === false ? "" : escapeHtml(String(part));
}

/** Safe as content and inside quotes; control characters and direction overrides are gone. */
export function escapeHtml(text: string): string {
  return plainText(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}

/** An address to link to: the web or this site. Anything else (`javascript:`, `//elsewhere`) leads nowhere. */
export const linkTo = (url: string): string =>
  /^(?:https?:\/\/[^\s<>"]+|\/(?![/\\])[^\s<>"]*|\?[^\s<>"]*|#[^\s<>"]*)$/.test(url) ? url : "#";
