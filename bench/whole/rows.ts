/** What a person waits for, each beside a peer of the same run. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command, Spent } from "./measure.ts";
import { allouis, type Peer } from "./peers.ts";

export interface Row {
  readonly id: string;
  readonly what: string;
  readonly beside: string;
  /** Ours may take this many times the peer's. */
  readonly bound: number;
  readonly of: keyof Spent;
  readonly rounds: number;
  readonly ours: () => Command;
  readonly peer: (() => Command) | { readonly notRun: string };
}

const root = join(import.meta.dirname, "../..");
const launcher = join(root, "bin/attractor");
/** Every command needs a folder of its own; all lie in `place`, which the caller removes. */
const fresh = (place: string): string => mkdtempSync(join(place, "work-"));

const SHELL = `git init --quiet . && git add --all; for i in $(seq "$1"); do bash --noprofile --norc -c true
  git add --all; git -c user.name=b -c user.email=b@example.com commit --quiet --allow-empty -m s; done`;

export function rows(place: string, short: boolean): Row[] {
  const node = (...args: string[]) => ({ argv: [process.execPath, ...args], cwd: root });
  const bare = () => node("-e", "0");
  const stages = short ? 100 : 800;
  const rounds = 3;
  const files = { one: chain(place, 1), many: chain(place, stages), large: chain(place, 20_000) };
  const run = (graph: string, cwd: string) =>
    node(launcher, "run", graph, "--json", "--workdir", cwd, "--logs-root", join(fresh(place), "run"));
  const other: Peer = allouis();
  const beside = (...args: string[]): Row["peer"] =>
    "notRun" in other ? other : () => ({ argv: [other.binary, ...args], cwd: fresh(place) });
  const start = { beside: "a bare start of Node", of: "cpuMs", rounds: short ? 7 : 21, peer: bare } as const;
  const hello = join(root, "graphs/hello/hello.dot");
  return [
    {
      id: "version",
      what: "attractor --version",
      bound: 1.5,
      ours: () => node(launcher, "--version"),
      ...start,
    },
    {
      id: "validate",
      what: "validate hello.dot",
      bound: 2.5,
      ours: () => node(launcher, "validate", hello),
      ...start,
    },
    {
      ...{
        id: "npx",
        what: "npx attractor --version",
        beside: "npx of a command that does nothing",
        bound: 1.5,
      },
      ...{
        of: "cpuMs",
        rounds,
        ours: () => npx(root, "attractor", "--version"),
        peer: () => npx(nothing(place), "nothing"),
      },
    },
    {
      id: "one",
      what: "a run of one no-op stage",
      bound: 6,
      ours: () => run(files.one, fresh(place)),
      ...start,
    },
    {
      ...{
        id: "plain",
        what: `${stages} no-op stages, no git, log durable`,
        beside: "allouis/attractor",
        bound: 1.3,
      },
      ...{ of: "cpuMs", rounds, ours: () => run(files.many, fresh(place)), peer: beside("run", files.many) },
    },
    {
      ...{ id: "commits", what: `${stages} no-op stages with commits`, bound: 1.1, of: "cpuMs", rounds },
      beside: "git add, git commit and true by a shell",
      ours: () => run(files.many, repository(place)),
      peer: () => ({ argv: ["bash", "-c", SHELL, "bash", `${stages}`], cwd: fresh(place) }),
    },
    {
      ...{
        id: "branches",
        what: "16 branches of sleep 0.2, by the clock",
        beside: "allouis/attractor",
        bound: 3,
      },
      ...{
        of: "wallMs",
        rounds,
        ours: () => run(fan(place), repository(place)),
        peer: beside("run", fan(place)),
      },
    },
    {
      ...{
        id: "large",
        what: "validate 20,000 nodes",
        beside: "allouis/attractor",
        bound: 3,
        of: "cpuMs",
        rounds,
      },
      ...{ ours: () => node(launcher, "validate", files.large), peer: beside("validate", files.large) },
    },
    {
      ...{
        id: "memory",
        what: `memory, ${stages} no-op stages`,
        beside: "a bare start of Node, which stays",
        bound: 2.2,
      },
      ...{
        of: "memoryMb",
        rounds: 3,
        ours: () => run(files.many, fresh(place)),
        peer: () => node("-e", "setTimeout(() => {}, 200)"),
      },
    },
  ];
}

const npx = (cwd: string, ...args: string[]): Command => ({ argv: ["npx", "--no-install", ...args], cwd });

function nothing(place: string): string {
  const folder = fresh(place);
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "node_modules/.bin/nothing"), "#!/usr/bin/env node\n", { mode: 0o755 });
  return folder;
}

function chain(place: string, count: number): string {
  const ids = Array.from({ length: count }, (_, n) => `n${n}`);
  const nodes = ids.map((id) => `${id} [shape=parallelogram, tool_command="true"]`).join("\n");
  return graph(place, `chain-${count}`, `${nodes}\ns -> ${ids.join(" -> ")} -> e`);
}

function fan(place: string): string {
  const ids = Array.from({ length: 16 }, (_, n) => `b${n}`);
  const nodes = ids
    .map((id) => `${id} [shape=parallelogram, tool_command="sleep 0.2"]; f -> ${id} -> j`)
    .join("\n");
  return graph(place, "fan", `f [shape=component]; j [shape=tripleoctagon]; s -> f; j -> e\n${nodes}`);
}

function graph(place: string, name: string, body: string): string {
  const path = join(place, `${name}.dot`);
  writeFileSync(path, `digraph g { graph [goal="g"]; s [shape=Mdiamond]; e [shape=Msquare]\n${body} }\n`);
  return path;
}

function repository(place: string): string {
  const folder = fresh(place);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=b", "-c", "user.email=b@example.com", ...args], { cwd: folder });
  git("init", "--quiet", ".");
  git("commit", "--quiet", "--allow-empty", "-m", "first");
  return folder;
}
