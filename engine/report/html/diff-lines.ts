/** A diff in its colours. */
import { html, type Markup } from "./markup.ts";

export const diffLines = (text: string): Markup[] =>
  text.split("\n").map((line) => {
    const look = /^(?:\+\+\+|---|diff |index |@@)/.test(line)
      ? "head"
      : line.startsWith("+")
        ? "add"
        : line.startsWith("-")
          ? "del"
          : "";
    return look === "" ? html`${line}\n` : html`<span class="d-${look}">${line}</span>\n`;
  });
