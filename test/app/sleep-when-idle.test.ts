import { describe, expect, it } from "vitest";
import { type Idle, sleepWhenIdle } from "../../github/host/sleep-when-idle.ts";

/** One thing that somebody does to GitHub, or asks of it; `stale`: the answer of a replica that is behind. */
type Act = (world: World, self: Self, stale: boolean) => unknown;
type Take = (act: Act, mayBeStale?: boolean) => Promise<unknown>;
type Who = (take: Take) => Promise<unknown>;

interface World {
  readonly open: Set<string>;
  on: boolean;
}
/** What this one must have seen at the least. */
interface Self {
  seen: readonly string[];
}

const turned =
  (on: boolean): Act =>
  (world) => {
    world.on = on;
  };
const caughtUp: Act = ({ open }, self) => {
  self.seen = [...open];
};

const run =
  (name: string, ends: boolean): Who =>
  async (take) => {
    await take(({ open }) => open.add(name));
    await take(turned(true));
    if (ends) await take(({ open }) => open.delete(name));
  };

const tick =
  (sleep: (idle: Idle) => Promise<unknown>): Who =>
  (take) =>
    sleep({
      schedule: {
        isOn: async () => (await take((world) => world.on)) === true,
        enable: async () => void (await take(turned(true))),
        disable: async () => void (await take(turned(false))),
      },
      openRuns: async () =>
        (await take((world, self, stale) => (stale ? self.seen : [...world.open]), true)) as string[],
      settle: async () => void (await take(caughtUp)),
    });

interface Choice {
  readonly who: number;
  readonly stale: boolean;
}

/** Plays one order of acts; tells where it stands, and what may come next. */
async function play(all: readonly Who[], order: readonly Choice[]) {
  const world: World = { open: new Set(), on: true };
  const selves = all.map((): Self & { told: unknown[] } => ({ seen: [], told: [] }));
  const waiting = new Map<number, { act: Act; mayBeStale: boolean; go: (answer: unknown) => void }>();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  all.forEach((who, n) => {
    void who((act, mayBeStale = false) => new Promise((go) => waiting.set(n, { act, mayBeStale, go })));
  });
  for (const { who, stale } of order) {
    await turn();
    const { act, go } = waiting.get(who)!;
    waiting.delete(who);
    const answer = act(world, selves[who]!, stale);
    selves[who]!.told.push(answer ?? null);
    go(answer);
  }
  await turn();
  const next = [...waiting].flatMap(([who, { mayBeStale }]) => [
    { who, stale: false },
    ...(mayBeStale ? [{ who, stale: true }] : []),
  ]);
  return { key: JSON.stringify([[...world.open], world.on, selves]), next, world };
}

/** Every order, each state once. */
async function explore(all: readonly Who[]): Promise<{ ends: number; left: number }> {
  const known = new Set<string>();
  const found = { ends: 0, left: 0 };
  const rest: Choice[][] = [[]];
  for (let order = rest.pop(); order !== undefined; order = rest.pop()) {
    const { key, next, world } = await play(all, order);
    if (known.has(key)) continue;
    known.add(key);
    for (const choice of next) rest.push([...order, choice]);
    if (next.length > 0) continue;
    found.ends++;
    if (world.open.size > 0 && !world.on) found.left++;
  }
  return found;
}

const hasty = async ({ schedule, openRuns }: Idle) => {
  if ((await openRuns()).length === 0 && (await schedule.isOn())) await schedule.disable();
};
const blind = (idle: Idle) => sleepWhenIdle({ ...idle, settle: async () => undefined });
const runs = [run("a", false), run("b", true)];

describe("the hourly sweep", () => {
  it("R-GH-18: is on whenever a run is open, in whatever order two runs and two sweeps meet, also where lists are behind", async () => {
    const found = await explore([...runs, tick(sleepWhenIdle), tick(sleepWhenIdle)]);
    expect(found.ends).toBeGreaterThan(20);
    expect(found.left).toBe(0);
  });

  it("the same orders find a sweep that does not look again, and one that does not wait for the list", async () => {
    expect((await explore([...runs, tick(hasty)])).left).toBeGreaterThan(0);
    expect((await explore([...runs, tick(blind)])).left).toBeGreaterThan(0);
  });

  it("R-GH-18: is off after a look that finds no open run, and is not asked twice where it is off", async () => {
    const acts: string[] = [];
    let on = true;
    const idle: Idle = {
      schedule: {
        isOn: async () => on,
        enable: async () => void acts.push("enable"),
        disable: async () => {
          on = false;
          acts.push("disable");
        },
      },
      openRuns: async () => [],
      settle: async () => undefined,
    };
    expect(await sleepWhenIdle(idle)).toBe(true);
    expect(await sleepWhenIdle(idle)).toBe(false);
    expect(acts).toEqual(["disable"]);
  });
});
