import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Which rooms a room may import besides itself. */
const ALLOWED: Record<string, readonly string[]> = {
  "engine/graph": ["engine/failure", "engine/core"],
  "engine/core": ["engine/failure", "engine/graph"],
  "engine/failure": ["engine/graph", "engine/core"],
  engine: [],
  github: ["engine"],
  app: ["github", "engine"],
  action: ["github", "engine"],
  box: [],
  demo: ["box", "app", "engine"],
  cli: ["demo", "box", "action", "app", "github", "engine"],
};

const PURE = new Set(["engine/graph", "engine/core", "engine/failure"]);

const ENGINE_ROOMS = [
  "graph",
  "core",
  "failure",
  "stages",
  "agents",
  "config",
  "git",
  "ledger",
  "drive",
  "local",
  "diagnose",
  "report",
];

interface Import {
  readonly file: string;
  readonly from: string;
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
  const [top, second] = file.split("/");
  return top === "engine" && second && !second.endsWith(".ts") ? `${top}/${second}` : (top as string);
};

const all = ["engine", "github", "app", "action", "box", "demo", "cli"]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap(sources);
const edges: Import[] = all.flatMap((file) =>
  importsOf(file)
    .filter((target) => target.startsWith("."))
    .map((target) => ({
      file,
      from: roomOf(file),
      to: roomOf(relative(root, resolve(root, dirname(file), target))),
    })),
);

const may = (from: string, to: string): boolean => {
  if (from === to || to === "package.json") return true;
  // `engine/index.ts` is the library's door; `digest.ts` and `version.ts` are facts that every room may have.
  if (from === "engine" || (to === "engine" && !PURE.has(from)))
    return from.startsWith("engine") || ALLOWED[from]?.includes("engine") === true;
  const own = ALLOWED[from];
  if (own) return own.includes(to) || own.includes(to.split("/")[0] as string);
  if (from.startsWith("engine/")) return to.startsWith("engine/");
  return false;
};

describe("imports point one way", () => {
  it("cli -> app, action -> github -> engine, and graph, core and failure import no other room", () => {
    expect(edges.filter(({ from, to }) => !may(from, to))).toEqual([]);
  });

  it("every folder of the engine is a known room", () => {
    const rooms = new Set(all.filter((f) => f.startsWith("engine/")).map((f) => f.split("/")[1]));
    expect(
      [...rooms].filter((room) => !ENGINE_ROOMS.includes(room as string) && !room?.endsWith(".ts")),
    ).toEqual([]);
  });

  it("graph, core and failure do no I/O, read no clock and draw no random number", () => {
    const impure =
      /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout|setInterval|fetch\(|process\.)/;
    const pure = all.filter((file) => /^engine\/(?:graph|core|failure)\//.test(file));
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

  it("files stay under 400 lines and at a median of at most 100", () => {
    const lines = all.map((file) => ({
      file,
      lines: readFileSync(join(root, file), "utf8").split("\n").length,
    }));
    expect(lines.filter((f) => f.lines > 400)).toEqual([]);
    const sorted = lines.map((f) => f.lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(100);
  });
});
