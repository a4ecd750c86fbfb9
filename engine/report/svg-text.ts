/** The only door for text and numbers into SVG: escaped, and without what XML forbids or a reader is misled by. */
import { plainText } from "./escape.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function svgText(words: string): string {
  return plainText(words).replace(/[&<>"']/g, (mark) => ENTITIES[mark]!);
}

export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function attr(name: string, value: number): string {
  return ` ${name}="${coordinate(value)}"`;
}
