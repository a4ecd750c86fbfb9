/** Comments and summaries as GitHub shows them. Only tags that our own reports write come through; all else is text. */
import { Marked, type Tokens } from "marked";
import { escapeHtml, linkTo, type Markup, trusted } from "../../engine/report/html/markup.ts";
import { NODE_STATES, type NodeState } from "../../engine/report/overlay.ts";
import { MARKS } from "../../engine/report/sections/shared.ts";

/** The marks of our reports; a machine without an emoji font shows them too. */
const LOOKS: ReadonlyMap<string, NodeState> = new Map(NODE_STATES.map((state) => [MARKS[state], state]));
const MARK = new RegExp([...LOOKS.keys()].join("|"), "gu");

/** Without attributes, but for `<details open>`. */
const TAG = /<(\/?)(details|summary|code|pre|b|strong|em|i|sub|sup|br|kbd)( open)?\s*\/?>/gi;
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;

/** Raw HTML: the tags above stay, entities stay, every other `<` is a character. */
function ownTags(raw: string): string {
  const kept: string[] = [];
  const text = raw.replace(COMMENT, "").replace(TAG, (_all, close: string, name: string, open?: string) => {
    const tag = name.toLowerCase();
    kept.push(`<${close}${tag}${tag === "details" && open ? " open" : ""}>`);
    return `\u0000${kept.length - 1}\u0000`;
  });
  return text
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/\u0000(\d+)\u0000/g, (_all, at: string) => kept[Number(at)] ?? "");
}

/** `here` is what stands for GitHub in the text: links to it become links of these pages. */
export function markdown(source: string, here: readonly string[]): Markup {
  const own = (url: string): string => {
    const origin = here.find((each) => url === each || url.startsWith(`${each}/`));
    return linkTo(origin === undefined ? url : url.slice(origin.length) || "/");
  };
  const marked = new Marked({ gfm: true, breaks: false });
  marked.use({
    renderer: {
      html: ({ text }: Tokens.HTML | Tokens.Tag) => ownTags(text),
      image: ({ text }: Tokens.Image) => escapeHtml(text),
      link(token: Tokens.Link) {
        return `<a href="${escapeHtml(own(token.href))}">${this.parser.parseInline(token.tokens)}</a>`;
      },
      code: ({ text, lang }: Tokens.Code) =>
        lang === "mermaid"
          ? `<pre class="mermaid">${escapeHtml(text)}</pre>`
          : `<pre><code>${escapeHtml(text)}</code></pre>`,
    },
  });
  // NUL stands for a kept tag; nobody else may bring it.
  const made = marked.parse(source.replaceAll("\u0000", ""), { async: false });
  return trusted(
    made.replace(MARK, (mark) => `<span class="dot s-${LOOKS.get(mark)}" title="${LOOKS.get(mark)}"></span>`),
  );
}
