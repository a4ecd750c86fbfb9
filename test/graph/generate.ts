/** Random graphs as lists of statements, and the many ways to write one down. */
import fc from "fast-check";

export interface Setting {
  readonly key: string;
  readonly value: string;
  readonly quoted: boolean;
}
type End = string | Block;
interface Block {
  readonly kind: "block";
  readonly id: string | null;
  readonly items: readonly Item[];
}
export type Item =
  | { readonly kind: "node"; readonly id: string; readonly settings: readonly Setting[] }
  | { readonly kind: "edge"; readonly ends: readonly End[]; readonly settings: readonly Setting[] }
  | {
      readonly kind: "defaults";
      readonly target: "node" | "edge" | "graph";
      readonly settings: readonly Setting[];
    }
  | { readonly kind: "set"; readonly setting: Setting }
  | Block;

export const oddIds = [
  "a",
  "b",
  "c2",
  "_",
  "__proto__",
  "constructor",
  "toString",
  "node",
  "Graph",
  "x-y.z",
  "été",
  "42",
];
const oddKeys = ["label", "shape", "class", "prompt", "__proto__", "constructor", "node", "timeout"];
const dottedKeys = ["retry.backoff.jitter", "human.default_choice", "a.1"];
const bareValues = ["1.10", "box", "Mdiamond", "true", "-5", ".5", "node", "x_1", "007"];
const bareOfOurs = ["15m", "claude-opus-4.6", "gpt-5.4", "a/b.c", "summary:high", "$goal", "v@1"];

/** Text with everything that quoting could trip over. */
const oddText = fc.oneof(
  fc.stringMatching(/^[ -~\n\t]{0,20}$/),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc
    .array(fc.constantFrom('"', "\\", "\n", "\r", "\t", "n", "t", "->", "//", "#", "{", "]", "é", " ", "+"), {
      maxLength: 10,
    })
    .map((parts) => parts.join("")),
);

/** Text that Graphviz keeps as it is: it knows other escapes, and reads UTF-8. */
const plainText = fc.stringMatching(/^[ !#-[\]-~\n]{0,16}$/);

export interface Dialect {
  readonly ids: readonly string[];
  readonly keys: readonly string[];
  readonly bare: readonly string[];
  readonly text: fc.Arbitrary<string>;
}

export const ours: Dialect = {
  ids: oddIds,
  keys: [...oddKeys, ...dottedKeys],
  bare: [...bareValues, ...bareOfOurs],
  text: oddText,
};

/** What Graphviz accepts too; `class` and `label` would change what it draws, not what it reads. */
export const graphviz: Dialect = {
  ids: oddIds.filter((id) => id !== "été"),
  keys: ["prompt", "goal", "__proto__", "timeout"],
  bare: bareValues.filter((value) => value !== "node"),
  text: plainText,
};

export function settingsOf({ keys, bare, text }: Dialect): fc.Arbitrary<Setting[]> {
  const value = fc.oneof(
    fc.constantFrom(...bare).map((value) => ({ value, quoted: false })),
    text.map((value) => ({ value, quoted: true })),
  );
  const setting = fc.tuple(fc.constantFrom(...keys), value).map(([key, rest]) => ({ key, ...rest }));
  return fc.array(setting, { maxLength: 3 });
}

export function itemsOf(dialect: Dialect): fc.Arbitrary<Item[]> {
  const id = fc.constantFrom(...dialect.ids);
  const settings = settingsOf(dialect);
  const name = fc.option(fc.constantFrom("s", "cluster_1", "t u"), { nil: null });
  const { items } = fc.letrec<{ items: Item[]; item: Item; end: End; block: Block }>((tie) => ({
    items: fc.array(tie("item"), { maxLength: 6, depthIdentifier: "graph" }),
    item: fc.oneof(
      { maxDepth: 3, depthIdentifier: "graph" },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant("node"), id, settings }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant("edge"),
          ends: fc.array(tie("end"), { minLength: 2, maxLength: 4 }),
          settings,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant("defaults"),
          target: fc.constantFrom("node", "edge", "graph"),
          settings,
        }),
      },
      {
        weight: 1,
        arbitrary: settings.map((list) =>
          list[0] && list[0].key !== "node"
            ? { kind: "set" as const, setting: list[0] }
            : { kind: "node" as const, id: "z", settings: list },
        ),
      },
      { weight: 1, arbitrary: tie("block") },
    ) as fc.Arbitrary<Item>,
    end: fc.oneof({ weight: 4, arbitrary: id }, { weight: 1, arbitrary: tie("block") }) as fc.Arbitrary<End>,
    block: fc.record({ kind: fc.constant("block"), id: name, items: tie("items") }) as fc.Arbitrary<Block>,
  }));
  return items.map((list) => nameByParent(list, ""));
}

/** A name may come again in the same block, not in another one. */
function nameByParent(items: readonly Item[], path: string): Item[] {
  let unnamed = 0;
  const rename = (block: Block): Block => {
    const inner = `${path}${block.id ?? `_${unnamed++}`}.`;
    return { ...block, id: block.id && path + block.id, items: nameByParent(block.items, inner) };
  };
  return items.map((item) => {
    if (item.kind === "block") return rename(item);
    if (item.kind !== "edge") return item;
    return { ...item, ends: item.ends.map((end) => (typeof end === "string" ? end : rename(end))) };
  });
}

/** Ways to write the same thing; each function is asked anew at every place. */
export interface Pen {
  readonly gap: () => string;
  readonly separator: () => string;
  readonly end: () => string;
  readonly text: (value: string) => string;
}

const quoted = (value: string) => `"${value.replace(/["\\]/g, "\\$&")}"`;

export const plainPen: Pen = { gap: () => " ", separator: () => ", ", end: () => ";\n", text: quoted };

/** Any layout, comments, separators and concatenation that the language allows. */
export function wildPen(seed: number): Pen {
  let state = seed;
  const pick = <T>(...choices: readonly T[]): T => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return choices[(state >>> 8) % choices.length]!;
  };
  const gap = () => pick(" ", " ", "\n", "\t", "\r\n", ' /* ] " */ ', " // }\n", ' # "\n');
  return {
    gap,
    separator: () => pick(",", ";", " ", " , ", ";\n", "] [", ","),
    end: () => pick(";", "\n", ";;\n", " ;\n", "; // x\n"),
    text: (value) => {
      const cut = Math.floor(value.length / 2);
      return pick(
        quoted(value),
        quoted(value),
        `${quoted(value.slice(0, cut))}${gap()}+ ${quoted(value.slice(cut))}`,
      );
    },
  };
}

/** Of the wild ways, those that Graphviz reads too: `#` begins no comment in the middle of a line, `;;` is an error. */
export function graphvizPen(seed: number): Pen {
  const { gap, separator, end, text } = wildPen(seed);
  return {
    gap: () => gap().replace(/#.*/, ""),
    separator,
    end: () => end().replace(";;", ";"),
    text,
  };
}

const PLAIN = /^(?!(?:node|graph)$)[A-Za-z_][A-Za-z0-9_]*$|^\d+$/i;

export function write(items: readonly Item[], pen: Pen): string {
  return `digraph${pen.gap()}G${pen.gap()}{${pen.gap()}${writeItems(items, pen)}}`;
}

function writeItems(items: readonly Item[], pen: Pen): string {
  return items.map((item) => writeItem(item, pen) + pen.end()).join("");
}

function writeItem(item: Item, pen: Pen): string {
  switch (item.kind) {
    case "node":
      return writeId(item.id, pen) + writeList(item.settings, pen);
    case "edge":
      return (
        item.ends.map((end) => writeEnd(end, pen)).join(`${pen.gap()}->${pen.gap()}`) +
        writeList(item.settings, pen)
      );
    case "defaults":
      return `${item.target}${pen.gap()}[${writeSettings(item.settings, pen)}]`;
    case "set":
      return writeSetting(item.setting, pen);
    case "block":
      return writeEnd(item, pen);
  }
}

function writeEnd(end: End, pen: Pen): string {
  if (typeof end === "string") return writeId(end, pen);
  const head = end.id === null ? "" : `subgraph${pen.gap()}${writeId(end.id, pen)}${pen.gap()}`;
  return `${head}{${pen.gap()}${writeItems(end.items, pen)}}`;
}

function writeId(id: string, pen: Pen): string {
  return PLAIN.test(id) ? id : pen.text(id);
}

function writeList(settings: readonly Setting[], pen: Pen): string {
  return settings.length === 0 ? "" : `${pen.gap()}[${writeSettings(settings, pen)}]`;
}

function writeSettings(settings: readonly Setting[], pen: Pen): string {
  return settings.map((setting) => writeSetting(setting, pen)).join(pen.separator());
}

function writeSetting({ key, value, quoted }: Setting, pen: Pen): string {
  return `${key}=${quoted ? pen.text(value) : value}`;
}
