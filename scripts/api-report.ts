/** The public interface of the library as text, from the declarations that the compiler wrote. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const EXPORTS = /export (?:type )?\{([^}]*)\}(?: from "([^"]+)")?;/g;
const DECLARED = /^export (?:declare )?(?:interface|type|function|const|class) (\w+)/gm;

export function apiReport(types: string, entries: Readonly<Record<string, string>>): string {
  const parts = Object.entries(entries).map(([name, file]) => `## ${name}\n\n${entry(join(types, file))}`);
  return `# The library

Made from the types of \`engine/index.ts\` by \`npm run package\`; a test compares it. [library.md](../library.md) says how to use it.
What stands here changes in ways that break a caller only with the first number of the version; what does not stand here may
change at any time. \`RunEvent\` and \`Outcome\` are described by [event.schema.json](../../schemas/event.schema.json).

${parts.join("\n\n")}
`;
}

function entry(file: string): string {
  const text = readFileSync(file, "utf8");
  const found = new Map<string, string>();
  for (const [, name] of text.matchAll(DECLARED)) found.set(name!, declaration(text, name!));
  for (const [, names, from] of text.matchAll(EXPORTS))
    for (const item of names!.split(",")) {
      const [own, shown = own] = item
        .replace(/\btype\b/, "")
        .trim()
        .split(/\s+as\s+/);
      if (own) found.set(shown!, declared(file, text, own, from).replace(new RegExp(`\\b${own}\\b`), shown!));
    }
  return [...found]
    .toSorted(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([name, code]) => `### ${name}\n\n\`\`\`ts\n${code}\n\`\`\``)
    .join("\n\n");
}

/** In the file that a re-export or an import names. */
function declared(file: string, text: string, name: string, from: string | undefined): string {
  const source =
    from ?? new RegExp(`import (?:type )?\\{[^}]*\\b${name}\\b[^}]*\\} from "([^"]+)"`).exec(text)?.[1];
  if (source === undefined) throw new Error(`${file} exports ${name} from nowhere`);
  return declaration(readFileSync(join(dirname(file), source.replace(/\.js$/, ".d.ts")), "utf8"), name);
}

function declaration(text: string, name: string): string {
  const begin = new RegExp(
    `(?:/\\*\\*(?:[^*]|\\*(?!/))*\\*/\\n)?export (?:declare )?(interface|type|function|const|class) ${name}\\b`,
  ).exec(text);
  if (begin === null) throw new Error(`no declaration of ${name}`);
  const block = begin[1] === "interface" || begin[1] === "class";
  let depth = 0;
  for (let at = begin.index + begin[0].length; at < text.length; at++) {
    const char = text[at]!;
    if ("{([".includes(char)) depth++;
    if ("})]".includes(char)) depth--;
    if (depth === 0 && char === (block ? "}" : ";"))
      return text.slice(begin.index, at + 1).replace("export declare ", "export ");
  }
  return text.slice(begin.index);
}
