import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Which rooms a room may import besides itself: an allow-list, and no two rooms may import each other. */
const BELOW_AGENTS = ["failure", "graph", "core", "config", "git", "ledger", "redact"];
const ALLOWED: Record<string, readonly string[]> = {
  "engine/failure": [],
  "engine/redact": [],
  "engine/git": [],
  "engine/graph": ["failure"],
  "engine/core": ["failure", "graph"],
  "engine/config": ["core", "graph"],
  "engine/ledger": ["core", "git"],
  "engine/drive": ["core", "graph", "ledger"],
  "engine/diagnose": ["failure", "ledger", "report"],
  "engine/accounting": ["core"],
  "engine/cxdb": ["core"],
  "engine/report": ["core", "failure", "graph", "ledger", "redact", "accounting"],
  "engine/stages": BELOW_AGENTS,
  "engine/agents": [...BELOW_AGENTS, "stages"],
  "engine/local": [...BELOW_AGENTS, "drive", "stages", "agents", "cxdb"],
  "engine/plan": ["config", "core", "graph", "agents", "report"],
  // `engine/index.ts`, the library's door.
  engine: ["config", "core", "diagnose", "graph", "ledger", "local", "stages"],
};
const ENGINE_ROOMS = Object.keys(ALLOWED).flatMap((room) => room.split("/")[1] ?? []);
const TOPS: Record<string, readonly string[]> = {
  engine: [],
  github: ["engine"],
  action: ["github", "engine"],
  app: ["github", "engine"],
  box: [],
  demo: ["box", "app", "github", "engine"],
  cli: ["demo", "action", "app", "github", "engine"],
};
/** What every room of the engine may have. */
const EVERYWHERE = [
  "engine/as-json.ts",
  "engine/clock.ts",
  "engine/digest.ts",
  "engine/fixable-error.ts",
  "engine/message-of.ts",
  "engine/once.ts",
  "engine/shell-word.ts",
  "engine/version.ts",
];
/** They do no I/O. */
const PURE = ["engine/graph", "engine/core", "engine/failure"];

interface Import {
  readonly file: string;
  /** The file, or what is no file of ours. */
  readonly to: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.m?ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] as string);
}

const roomOf = (file: string): string => {
  const [top, second] = file.split("/") as [string, string | undefined];
  return top === "engine" && second && !second.endsWith(".ts") ? `${top}/${second}` : top;
};

const all = Object.keys(TOPS)
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap(sources);
const tests = ["test", "bench", "scripts"].flatMap(sources);
const edgesOf = (files: readonly string[]): Import[] =>
  files.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith("."))
      .map((target) => ({ file, to: relative(root, resolve(root, dirname(file), target)) })),
  );
const edges = edgesOf(all);

function may(file: string, target: string): boolean {
  const [from, to] = [roomOf(file), roomOf(target)];
  const [fromTop, toTop] = [file.split("/")[0] as string, target.split("/")[0] as string];
  if (from === to || target === "package.json") return true;
  if (fromTop !== toTop) return TOPS[fromTop]?.includes(toTop) === true;
  if (to === "engine") return EVERYWHERE.includes(target);
  return ALLOWED[from]?.includes(to.split("/")[1] as string) === true;
}

/** Files that reach themselves by their imports, types counted. */
function circles(edges: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { file, to } of edges) targets.set(file, [...(targets.get(file) ?? []), to]);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const mine = order.size;
    order.set(file, mine);
    lowest.set(file, mine);
    path.push(file);
    for (const to of targets.get(file) ?? []) {
      const low = order.has(to) ? (path.includes(to) ? (order.get(to) as number) : mine) : visit(to);
      lowest.set(file, Math.min(lowest.get(file) as number, low));
    }
    if (lowest.get(file) === mine) {
      const circle = path.splice(path.indexOf(file));
      if (circle.length > 1 || targets.get(file)?.includes(file)) found.push(circle.sort());
    }
    return lowest.get(file) as number;
  };
  for (const file of targets.keys()) if (!order.has(file)) visit(file);
  return found;
}

describe("imports point one way", () => {
  it("a room imports what its list allows, and nothing else", () => {
    expect(edges.filter(({ file, to }) => !may(file, to))).toEqual([]);
  });

  it("no two rooms allow each other, however far around", () => {
    const reach = (room: string, seen = new Set<string>()): Set<string> => {
      for (const to of ALLOWED[room] ?? [])
        if (!seen.has(`engine/${to}`)) reach(`engine/${to}`, seen.add(`engine/${to}`));
      return seen;
    };
    expect(Object.keys(ALLOWED).filter((room) => reach(room).has(room))).toEqual([]);
  });

  it("no files import each other in a circle, types counted", () => {
    expect(circles([...edges, ...edgesOf(tests)])).toEqual([]);
  });

  it("no two files of the engine export one name, but for the one name of a kind's modules", () => {
    const modules = new Set(["rule", "open"]);
    const names = new Map<string, Set<string>>();
    for (const file of all.filter((path) => path.startsWith("engine/"))) {
      const text = readFileSync(join(root, file), "utf8");
      for (const [, name = ""] of text.matchAll(
        /^export (?:async )?(?:const|function\*?|class|interface|type|enum) (\w+)/gm,
      ))
        if (!modules.has(name)) names.set(name, (names.get(name) ?? new Set()).add(file));
    }
    expect([...names].filter(([, files]) => files.size > 1)).toEqual([]);
  });

  it("every folder of the engine is a known room", () => {
    const rooms = new Set(all.filter((f) => f.startsWith("engine/")).map((f) => f.split("/")[1]));
    expect(
      [...rooms].filter((room) => !ENGINE_ROOMS.includes(room as string) && !room?.endsWith(".ts")),
    ).toEqual([]);
  });

  it("a package is loaded late by a file of ours: bundled, one that is no ES module has no names", () => {
    const late = ["engine", "github", "action"]
      .flatMap(sources)
      .flatMap((file) =>
        [...readFileSync(join(root, file), "utf8").matchAll(/await import\(\s*"((?!\.|node:)[^"]+)"/g)].map(
          ([, name]) => `${file}: ${name}`,
        ),
      );
    // These are ES modules.
    expect(late.sort()).toEqual([
      "engine/report/layout.ts: @hpcc-js/wasm-graphviz",
      "engine/stages/process.ts: execa",
    ]);
  });

  it("graph, core and failure do no I/O, read no clock and draw no random number", () => {
    const impure =
      /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout|setInterval|fetch\(|process\.)/;
    const pure = all.filter((file) => PURE.includes(roomOf(file)));
    const found = pure.flatMap((file) => {
      const code = readFileSync(join(root, file), "utf8").replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, "");
      const builtins = importsOf(file).filter((target) => target.startsWith("node:"));
      return [
        ...(impure.test(code) ? [`${file}: impure call`] : []),
        ...builtins.map((b) => `${file}: ${b}`),
      ];
    });
    expect(found).toEqual([]);
  });

  it("files stay under 300 lines and at a median of at most 80", () => {
    const linesOf = (file: string) => readFileSync(join(root, file), "utf8").split("\n").length;
    expect([...all, ...tests].filter((file) => linesOf(file) > 301)).toEqual([]);
    const sorted = all.map(linesOf).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(80);
  });
});
