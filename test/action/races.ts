/**
 * A live process of the stages' user swaps files and folders for links while the driver, as root, works in the same tree. Each
 * operation is repeated for a while; a hit is whatever the stage could not have done itself.
 */
import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type StageUser, stageUser } from "../../action/isolation/stage-user.ts";
import { leaveResults, type Results } from "../../action/output/results.ts";
import type { JobPorts } from "../../action/ports.ts";
import { carryUntracked } from "../../engine/git/declared-files.ts";
import type { Worktree } from "../../engine/git/tree-handle.ts";
import { openWorkRepo, type WorkRepo, workGit } from "../../engine/git/work-repo.ts";
import { giveFolder, withWorkUser } from "../../engine/git/work-user.ts";
import { addBranchWorktree, relink, removeWorktrees } from "../../engine/git/worktree.ts";
import { readStatusFile } from "../../engine/stages/status/read.ts";
import { snapshotFallbacks } from "../../engine/stages/status/snapshot.ts";

const SECRET = "only-root-reads-this";
const NAMES = Array.from({ length: 40 }, (_, n) => `f${n}`);

/**
 * Perl: small, everywhere, and its `rename` is one call of the system. What stands at `place` and a link to `goal` change
 * places again and again; what the driver took away is made anew.
 */
const SWAP = `
my ($place, $goal, $kind, @names) = @ARGV;
my ($link, $real) = ("$place.l", "$place.r");
srand($$);
sub wait_a_little { my $n = int(rand(400)); for (my $i = 0; $i < $n; $i++) {} select(undef, undef, undef, rand(0.0004)) if rand() < 0.5; }
sub put { my ($path) = @_; my $f; open($f, ">", $path) and print {$f} "{}"; }
sub fill { my ($at) = @_; if ($kind eq "file") { put($at); return; } mkdir($at); put("$at/$_") for @names; }
while (1) {
  symlink($goal, $link) unless -l $link;
  fill($real) unless -e $real;
  unlink($place) if -l $place;
  rename($real, $place); wait_a_little();
  if (!-l $place && -e $place) { rename($place, $real); }
  rename($link, $place); wait_a_little();
  rename($place, $link) if -l $place;
}`;

type Kind = "file" | "folder";

interface World {
  readonly user: StageUser;
  readonly repo: WorkRepo;
  /** Root's, below a folder that others may enter: a file that only root reads, and many that only root removes. */
  readonly victim: string;
  tree(): Promise<Worktree>;
  swap(place: string, goal: string, kind: Kind, names?: readonly string[]): ChildProcess;
}

interface Race {
  readonly name: string;
  /** What the driver does again and again; a text is what it read. */
  prepare(world: World): Promise<() => Promise<string | undefined> | string | undefined>;
}

const results = { runId: "r", part: "single", events: [], state: { started: null, ended: null, hop: null } };

const RACES: readonly Race[] = [
  {
    name: "files that travel, read",
    async prepare({ tree, swap, victim }) {
      const [from, to] = [await tree(), await tree()];
      await made(from, ".ai");
      swap(join(from.path, ".ai/x"), join(victim, "secret"), "file");
      swap(join(from.path, ".ai/d"), victim, "folder", ["secret"]);
      return async () => {
        await carryUntracked(from, to, [".ai/**"]);
        return textBelow(join(to.path, ".ai"));
      };
    },
  },
  {
    name: "files that travel, written",
    async prepare({ tree, swap, victim }) {
      const [from, to] = [await tree(), await tree()];
      await made(from, ".ai", ".ai/d");
      for (const name of ["n1", "n2", "n3"]) writeFileSync(join(from.path, ".ai/d", name), "new");
      await made(to, ".ai");
      swap(join(to.path, ".ai/d"), victim, "folder");
      return async () => void (await carryUntracked(from, to, [".ai/**"]));
    },
  },
  {
    name: "the link to the repository, put back",
    async prepare({ tree, swap, victim }) {
      const one = await tree();
      swap(join(one.path, ".git"), victim, "folder", NAMES);
      return async () => void (await relink(one));
    },
  },
  {
    name: "a branch's tree, taken away",
    async prepare({ tree, swap, victim, repo }) {
      const one = await tree();
      mkdirSync(join(one.path, "deep"));
      await giveFolder(join(one.path, "deep"));
      swap(join(one.path, "deep/d"), victim, "folder", NAMES);
      return async () => {
        await removeWorktrees(repo, [one]);
        for (const folder of [one.path, join(one.path, "deep")]) await giveFolder(folder);
        return undefined;
      };
    },
  },
  {
    name: "status files, read and taken away",
    async prepare({ tree, swap, victim }) {
      const { path } = await tree();
      const before = await snapshotFallbacks(path);
      swap(join(path, ".ai"), victim, "folder", ["status.json"]);
      swap(join(path, "status.json"), join(victim, "secret"), "file");
      return async () => {
        const found = [join(path, ".ai/status.json"), join(path, "status.json")].map(readStatusFile);
        await before.consume("dot_ai");
        return found.map((each) => (each.kind === "file" ? each.bytes.toString() : "")).join("");
      };
    },
  },
  {
    name: "logs, copied for the artifact",
    async prepare({ user, swap, victim }) {
      const logs = mkdtempSync(join(user.place, "logs-"));
      chmodSync(logs, 0o755);
      const stage = join(logs, "stage");
      mkdirSync(stage);
      await giveFolder(stage);
      swap(join(stage, "d"), victim, "folder", ["secret"]);
      const temp = mkdtempSync(join(user.place, "temp-"));
      const ports = { job: { temp, attempt: 1 }, say: { output: () => undefined }, redact: String };
      return async () => {
        await leaveResults(ports as unknown as JobPorts, { ...results, logs } as unknown as Results);
        return textBelow(temp);
      };
    },
  },
  {
    name: "the job's end",
    async prepare({ user, swap, victim }) {
      swap(join(user.home, "d"), victim, "folder", NAMES);
      return () => undefined;
    },
  },
];

/** One line for each hit. `ms`: how long each operation is repeated. */
export async function race(ms: number): Promise<string[]> {
  const hits: string[] = [];
  for (const each of RACES) hits.push(...(await played(each, ms)).map((hit) => `${each.name}: ${hit}`));
  return hits;
}

async function played({ prepare }: Race, ms: number): Promise<string[]> {
  const outside = mkdtempSync(join(tmpdir(), "victim-"));
  chmodSync(outside, 0o755);
  const victim = join(outside, "roots");
  mkdirSync(victim);
  for (const name of [...NAMES, "secret", "status.json"])
    writeFileSync(join(victim, name), SECRET, { mode: 0o600 });
  const before = readdirSync(victim).sort();
  const user = await stageUser();
  const swappers: ChildProcess[] = [];
  const hits = new Set<string>();
  try {
    const act = await withWorkUser(user, async () => prepare(await world(user, victim, swappers)));
    const until = performance.now() + ms;
    while (performance.now() < until && hits.size === 0) {
      // What it meets may be in its way: a stage's failure, no hit.
      const read = await withWorkUser(user, () => tried(act));
      if (read?.includes(SECRET)) hits.add("read a file of root's");
      const now = existsSync(victim) ? readdirSync(victim).sort() : [];
      if (before.some((name) => !now.includes(name))) hits.add("deleted in a folder of root's");
      if (now.some((name) => !before.includes(name))) hits.add("created in a folder of root's");
    }
    if (swappers.some(({ exitCode }) => exitCode !== null))
      throw new Error("a swapping process ended by itself");
  } finally {
    for (const swapper of swappers) swapper.kill("SIGKILL");
    await user.leave();
    rmSync(outside, { recursive: true, force: true });
  }
  return [...hits];
}

async function tried(
  act: () => Promise<string | undefined> | string | undefined,
): Promise<string | undefined> {
  // A turn of the loop for what the swapping processes tell.
  await sleep(0);
  try {
    return await act();
  } catch {
    return undefined;
  }
}

async function world(user: StageUser, victim: string, swappers: ChildProcess[]): Promise<World> {
  const clone = join(user.place, "clone");
  await giveFolder(clone);
  const git = workGit(clone);
  await git(["init", "--quiet"]);
  writeFileSync(join(clone, ".git/info/exclude"), ".ai/\n*.l\n*.r\n");
  await git(["commit", "--quiet", "--allow-empty", "--message=x"]);
  const repo = await openWorkRepo(clone);
  let trees = 0;
  return {
    ...{ user, repo, victim },
    tree: () => addBranchWorktree(repo, join(user.place, `tree-${++trees}`), repo.head),
    swap(place, goal, kind, names = []) {
      const { uid, gid } = user;
      const swapper = spawn("perl", ["-e", SWAP, place, goal, kind, ...names], { uid, gid, stdio: "ignore" });
      swappers.push(swapper);
      return swapper;
    },
  };
}

async function made({ path }: Worktree, ...folders: readonly string[]): Promise<void> {
  for (const folder of folders) await giveFolder(join(path, folder));
}

function textBelow(folder: string): string {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  return names
    .flatMap((entry) => (entry.isFile() ? [readFileSync(join(entry.parentPath, entry.name), "utf8")] : []))
    .join("\n");
}
