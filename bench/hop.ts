/** What the parts of a hop cost the server: git requests, bytes each way, calls of the API by kind; and settle beside bare git. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Remote } from "../action/hop/remote.ts";
import { runLeg } from "../action/parts/leg.ts";
import { runNext } from "../action/parts/next.ts";
import { runTrunk } from "../action/parts/trunk.ts";
import { machineClock } from "../engine/clock.ts";
import { openBareRepo } from "../engine/git/bare-repo.ts";
import type { Ledger } from "../engine/ledger/port.ts";
import type { CoordinatorPorts } from "../github/coordinator/ports.ts";
import { pinnedPipeline } from "../github/graph-source.ts";
import { type HopWorld, openHopWorld } from "../test/action/open-hop-world.ts";
import { git, TOKEN } from "../test/git/git-world.ts";

const kilo = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`;

export async function hopsCost(branches: number): Promise<void> {
  const world = await openHopWorld(branches, 1, null, "all", "workflow");
  const api: Record<string, number> = {};
  try {
    const [first, ...others] = world.branches;
    await priced(world, api, `leg of ${branches}`, async () =>
      runLeg(await world.ports({ part: "branch", leg: "01" })),
    );
    if (!(await world.refs()).includes(world.refOf(first!)))
      throw new Error(`it did not run: ${world.notices}`);
    for (const branch of others) {
      const commit = await world.work(branch, { [`${branch.start_node}.txt`]: branch.key });
      await world.write(branch, world.legLines(branch, commit));
    }
    const bare = await bareGit(world);
    const ms = await priced(world, api, `next of ${branches}`, async () => {
      const ports = await world.ports({ part: "next" });
      await runNext({ ...ports, coordinator: async (ledger) => coordinator(ports.remote, ledger, api) });
    });
    console.log(
      `next of ${branches}: ${(ms / 1000).toFixed(2)} s; bare git fetch and push of the same refs ${(bare / 1000).toFixed(2)} s; ratio ${(ms / bare).toFixed(2)}`,
    );
    const planned = (await world.trunk()).findLast((event) => event.event === "hop_planned");
    if (planned?.event !== "hop_planned") throw new Error("it planned no hop");
    const tip = await tipOf(world);
    const hop = { v: 1, run: "r77", hop: planned.hop, epoch: planned.epoch, tip };
    await priced(world, api, "trunk of the next hop", async () =>
      runTrunk(await world.ports({ part: "trunk", hop: JSON.stringify(hop) })),
    );
  } finally {
    await world.close();
  }
}

async function tipOf(world: HopWorld): Promise<string> {
  return (await world.remote.ledger("r77").read()).tip;
}

/** Runs one part and prints what it asked for. */
async function priced(
  world: HopWorld,
  api: Record<string, number>,
  name: string,
  part: () => Promise<void>,
): Promise<number> {
  for (const kind of Object.keys(api)) delete api[kind];
  const calls = world.calls();
  const { up, down } = world.traffic;
  const start = performance.now();
  await part();
  const ms = performance.now() - start;
  console.log(
    `${name}: ${world.calls() - calls} git requests, ${kilo(world.traffic.up - up)} pushed, ${kilo(world.traffic.down - down)} fetched, API calls ${JSON.stringify(api)}`,
  );
  return ms;
}

/** The same refs under another name: fetched into an empty repository, then deleted beside one new ref, as a settle does. */
async function bareGit({ remote, serverFolder }: HopWorld): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "bench-bare-"));
  try {
    const format = ["for-each-ref", "--format=%(objectname) %(refname)", "refs/attractor/r77/branch"];
    const refs = (await git(serverFolder, ...format))
      .split("\n")
      .map((line) => line.replace("refs/attractor/", "refs/bare/").split(" ") as [string, string]);
    for (const [oid, ref] of refs) await git(serverFolder, "update-ref", ref, oid);
    const { url } = remote.repo;
    const repo = await openBareRepo(folder, { url, token: () => TOKEN });
    const start = performance.now();
    await repo.online(["fetch", "--quiet", "--no-tags", url, "+refs/bare/*:refs/bare/*"]);
    const moves = [`${refs[0]![0]}:refs/bare-kept/one`, ...refs.map(([, ref]) => `:${ref}`)];
    await repo.online(["push", "--quiet", "--atomic", url, ...moves]);
    return performance.now() - start;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The parent inside settle, its calls counted instead of made. */
function coordinator(remote: Remote, ledger: Ledger, api: Record<string, number>): CoordinatorPorts {
  const counted = async (kind: string) => {
    api[kind] = (api[kind] ?? 0) + 1;
  };
  return {
    ledger,
    clock: machineClock,
    children: {
      ledger: remote.ledger,
      readAt: () => async () => null,
      openRuns: async () => [],
    },
    pipeline: async (started) => {
      const sha = started.github?.graph_sha ?? "";
      await remote.fetchCommits([sha]);
      return pinnedPipeline(started, (path) => remote.readFile(sha, path));
    },
    speak: async () => undefined,
    tried: new Map(),
    actions: {
      dispatch: () => counted("dispatch"),
      deliver: () => counted("deliver"),
      find: () => counted("find").then(() => null),
      get: () => counted("get").then(() => null),
      unheard: async () => false,
      wasCanceled: () => counted("wasCanceled").then(() => true),
      refusal: () => counted("refusal").then(() => null),
      cancel: () => counted("cancel"),
      forceCancel: () => counted("forceCancel"),
    },
  };
}
