/** What a person waits for, each beside a peer of the same run. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, killedAt, type Spent } from "./measure.ts";
import { allouis, brynary, kilroy, type Peer } from "./peers.ts";

export interface Row {
  readonly id: string;
  readonly what: string;
  readonly beside: string;
  /** Ours may take this many times the peer's. */
  readonly bound: number;
  readonly of: keyof Spent;
  readonly rounds: number;
  readonly ours: () => Command | Promise<Command>;
  readonly peer: (() => Command | Promise<Command>) | { readonly notRun: string };
}

const root = join(import.meta.dirname, "../..");
const launcher = join(root, "bin/attractor");
/** Every command needs a folder of its own; all lie in `place`, which the caller removes. */
const fresh = (place: string): string => mkdtempSync(join(place, "work-"));

const SHELL = `git init --quiet . && git add --all; for i in $(seq "$1"); do bash --noprofile --norc -c true
  git add --all; git -c user.name=b -c user.email=b@example.com commit --quiet --allow-empty -m s; done`;

export function rows(place: string, short: boolean): Row[] {
  const files = { one: chain(place, 1), large: chain(place, 20_000), fan: fan(place) };
  const start = { beside: "a bare start of Node", of: "cpuMs", rounds: short ? 7 : 21, peer: bare } as const;
  const hello = join(root, "graphs/hello/hello.dot");
  const byAllouis = { beside: "allouis/attractor" };
  return [
    {
      ...{ id: "version", what: "attractor --version", bound: 1.5, ...start },
      ours: () => direct("--version"),
    },
    {
      ...{ id: "validate", what: "validate hello.dot", bound: 2.5, ...start },
      ours: () => direct("validate", hello),
    },
    {
      ...{ id: "npx", what: "npx attractor --version", beside: "npx of a command that does nothing" },
      ...{ bound: 1.5, of: "cpuMs", rounds: ROUNDS },
      ours: () => npx(root, "attractor", "--version"),
      peer: () => npx(nothing(place), "nothing"),
    },
    {
      ...{ id: "one", what: "a run of one no-op stage", bound: 6, ...start },
      ours: () => ours(place, files.one, fresh(place)),
    },
    // What CI runs is compared with the same there, not with eight times as many stages.
    ...(short ? [100] : [100, 800]).flatMap((count) => stages(place, count)),
    ...(short ? [] : [...ownShells(place, 800), ...floor(place)]),
    {
      ...{ id: "branches", what: `${BRANCHES}, by the clock`, bound: 3, of: "wallMs", rounds: ROUNDS },
      ...byAllouis,
      ours: () => ours(place, files.fan, repository(place)),
      peer: beside(allouis(), (theirs) => ({ argv: [...theirs, "run", files.fan], cwd: fresh(place) })),
    },
    {
      ...{ id: "large", what: "validate 20,000 nodes", bound: 3, of: "cpuMs", rounds: ROUNDS, ...byAllouis },
      ours: () => direct("validate", files.large),
      peer: beside(allouis(), (theirs) => ({ argv: [...theirs, "validate", files.large], cwd: root })),
    },
    ...(short ? [] : besideKilroy(place, files.fan)),
  ];
}

const ROUNDS = 3;
const BRANCHES = "16 branches of sleep 0.2 at once";
const node = (...args: string[]): Command => ({ argv: [process.execPath, ...args], cwd: root });
/** As a shell starts it. */
const direct = (...args: string[]): Command => ({ argv: [launcher, ...args], cwd: root });
const bare = (): Command => node("-e", "0");

const ours = (place: string, graph: string, cwd: string, logs = join(fresh(place), "run")): Command =>
  direct("run", graph, "--json", "--workdir", cwd, "--logs-root", logs);

const beside = (peer: Peer, command: (argv: readonly string[]) => Command | Promise<Command>): Row["peer"] =>
  "notRun" in peer ? peer : () => command(peer.argv);

function stages(place: string, count: number): Row[] {
  const graph = chain(place, count);
  const what = `${count} no-op stages`;
  const inFolder = () => ours(place, graph, fresh(place));
  return [
    ...besideBoth(place, graph, [`plain-${count}`, `brynary-${count}`], {
      ...({ what: `${what}, no git, log durable`, of: "cpuMs", rounds: ROUNDS } as const),
      ours: inFolder,
    }),
    {
      ...{ id: `commits-${count}`, what: `${what} with commits`, bound: 1.1, of: "cpuMs", rounds: ROUNDS },
      beside: "git add, git commit and true by a shell",
      ours: () => ours(place, graph, repository(place)),
      peer: () => ({ argv: ["bash", "-c", SHELL, "bash", `${count}`], cwd: fresh(place) }),
    },
    {
      ...{ id: `memory-brynary-${count}`, what: `memory, ${what}`, beside: "brynary/attractor" },
      ...{ bound: 1, of: "memoryMb", rounds: ROUNDS },
      ours: inFolder,
      peer: byBrynary(place, graph),
    },
    {
      ...{ id: `memory-${count}`, what: `memory, ${what}`, beside: "a bare start of Node, which stays" },
      ...{ bound: 2.2, of: "memoryMb", rounds: ROUNDS },
      ours: inFolder,
      peer: () => node("-e", "setTimeout(() => {}, 200)"),
    },
  ];
}

/** `true` runs in the shell that is there already (docs/decisions/173); these are given one each. */
function ownShells(place: string, count: number): Row[] {
  const graph = chain(place, count, "true; true");
  const both = {
    ...({ what: `${count} stages of "true; true", no git`, of: "cpuMs", rounds: ROUNDS } as const),
    ours: () => ours(place, graph, fresh(place)),
  };
  return besideBoth(place, graph, [`shells-${count}-allouis`, `shells-${count}-brynary`], both);
}

/** What could be had at best for these: where it is over the bound, no engine of ours can be within it. */
function floor(place: string): Row[] {
  const graph = chain(place, 800, "true; true");
  const both = {
    ...({ what: "800 times bash and a durable line, in bare Node", of: "cpuMs", rounds: ROUNDS } as const),
    ours: () => node(join(root, "bench/floor.ts"), "800"),
  };
  return besideBoth(place, graph, ["floor-allouis", "floor-brynary"], both);
}

type Ours = Pick<Row, "what" | "of" | "rounds" | "ours">;

const besideBoth = (
  place: string,
  graph: string,
  [id, other]: readonly [allouis: string, brynary: string],
  both: Ours,
): Row[] => [
  {
    ...{ id, beside: "allouis/attractor", bound: 1.3, ...both },
    peer: beside(allouis(), (theirs) => ({ argv: [...theirs, "run", graph], cwd: fresh(place) })),
  },
  { id: other, beside: "brynary/attractor", bound: 1.5, ...both, peer: byBrynary(place, graph) },
];

const byBrynary = (place: string, graph: string): Row["peer"] =>
  beside(brynary(), (theirs) => ({ argv: [...theirs, graph, fresh(place)], cwd: fresh(place) }));

/** It takes a minute or two for each of these. */
function besideKilroy(place: string, branches: string): Row[] {
  const peer = kilroy();
  const run = (graph: string, logs: string) => ["attractor", "run", "--graph", graph, "--logs-root", logs];
  const AT = 400;
  const graph = chain(place, 2 * AT);
  return [
    {
      ...{ id: "branches-kilroy", what: `${BRANCHES}, by the clock`, beside: "Kilroy" },
      ...{ bound: 0.4, of: "wallMs", rounds: ROUNDS },
      ours: () => ours(place, branches, repository(place)),
      peer: beside(peer, (theirs) => ({
        argv: [...theirs, ...run(branches, fresh(place)), UNASKED],
        cwd: repository(place),
      })),
    },
    {
      ...{ id: "resume", what: `resume at ${AT} of ${2 * AT} stages`, beside: "Kilroy", bound: 0.5 },
      ...{ of: "cpuMs", rounds: 1 },
      ours: async () => {
        const logs = join(fresh(place), "run");
        await killedAt(ours(place, graph, repository(place), logs), join(logs, `n${AT}`));
        return direct("resume", logs, "--json");
      },
      peer: beside(peer, async (theirs) => {
        const [logs, cwd] = [fresh(place), repository(place)];
        await killedAt({ argv: [...theirs, ...run(graph, logs), UNASKED], cwd }, join(logs, `n${AT}`));
        // It asks for one, also where no stage has a model. What it goes on with it does not commit.
        mkdirSync(join(logs, "modeldb"), { recursive: true });
        writeFileSync(join(logs, "modeldb/openrouter_models.json"), CATALOG);
        return { argv: [...theirs, "attractor", "resume", "--logs-root", logs], cwd };
      }),
    },
  ];
}

const CATALOG =
  '{"data":[{"id":"a/b","name":"b","context_length":1,"pricing":{"prompt":"0","completion":"0"}}]}';
const UNASKED = "--skip-cli-headless-warning";

const npx = (cwd: string, ...args: string[]): Command => ({ argv: ["npx", "--no-install", ...args], cwd });

function nothing(place: string): string {
  const folder = fresh(place);
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "node_modules/.bin/nothing"), "#!/usr/bin/env node\n", { mode: 0o755 });
  return folder;
}

/** Without it one of the peers refuses the graph. */
const PASSED = `[condition="outcome=success"]`;

function chain(place: string, count: number, command = "true"): string {
  const ids = Array.from({ length: count }, (_, n) => `n${n}`);
  const nodes = ids.map((id) => `${id} [shape=parallelogram, tool_command="${command}"]`).join("\n");
  return graph(
    place,
    `chain-${count}-${command.length}`,
    `${nodes}\ns -> ${ids.join(" -> ")}; ${ids.at(-1)} -> e ${PASSED}`,
  );
}

function fan(place: string): string {
  const ids = Array.from({ length: 16 }, (_, n) => `b${n}`);
  const nodes = ids
    .map((id) => `${id} [shape=parallelogram, tool_command="sleep 0.2"]; f -> ${id} -> j`)
    .join("\n");
  return graph(
    place,
    "fan",
    `f [shape=component, max_parallel=16]; j [shape=tripleoctagon]; s -> f; j -> e ${PASSED}\n${nodes}`,
  );
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
