import { describe, expect, it } from "vitest";
import { askApp } from "../../action/hop/ask-app.ts";
import { fold } from "../../action/hop/claim.ts";
import { openHopWorld } from "./open-hop-world.ts";

/** A hop that its trunk job has settled and asked about; `meanwhile` is what happens while it waits, look by look. */
async function asked(meanwhile: (n: number, app: App) => Promise<void>) {
  const w = await openHopWorld(2);
  const made = await w.ports({ part: "trunk" });
  const ledger = made.remote.ledger(w.runId);
  const append = async (...events: { event: string; [field: string]: unknown }[]) => {
    const { tip } = await ledger.read();
    const ts = new Date().toISOString();
    await ledger.append(
      tip,
      events.map((event) => ({ ts, ...event })),
    );
  };
  await append({ event: "hop_settled", hop: 1, epoch: 1, outcome: "done", asks: true });
  const app: App = {
    run: made.job.runId,
    refs: w.refs,
    hears: async () => {
      const [ref = ""] = (await w.refs()).filter((one) => one.includes("/asks/"));
      const at = (await ledger.read()).tip;
      await made.remote.move([{ ref, from: at, to: null }]);
    },
    plan: (offer) =>
      append({
        ...{ event: "hop_planned", hop: 2, epoch: 2, plan: { kind: "trunk" }, why: "the run goes on" },
        ...(offer === null ? {} : { offer }),
      }),
    append,
  };
  let looks = 0;
  const ports = {
    ...made,
    pause: async () => {
      looks++;
      await meanwhile(looks, app);
    },
  };
  const settled = await fold(made.remote, w.runId, ledger, await ledger.read());
  const got = await askApp(ports, settled);
  const asks = (await w.refs()).filter((ref) => ref.includes("/asks/"));
  const claims = (await w.trunk()).filter(({ event }) => event === "hop_started");
  await w.close();
  return { got, looks, asks, claims };
}

interface App {
  readonly run: string;
  readonly refs: () => Promise<string[]>;
  readonly hears: () => Promise<void>;
  readonly plan: (offer: string | null) => Promise<void>;
  readonly append: (event: { event: string; [field: string]: unknown }) => Promise<void>;
}

describe("a trunk job that comes to a decision of the app", () => {
  it("R-GH-18: asks by a ref, claims what it is offered, and goes on with it", async () => {
    const seen: string[] = [];
    const { got, claims, asks } = await asked(async (n, app) => {
      if (n === 1) seen.push(...(await app.refs()).filter((ref) => ref.includes("/asks/")));
      if (n === 2) await app.plan(app.run);
    });
    expect(seen).toEqual([expect.stringMatching(/refs\/attractor\/asks\/[^/]+\/1\.1$/)]);
    expect(got?.state.hop).toMatchObject({ hop: 2, epoch: 2, status: "claimed" });
    expect(claims).toHaveLength(2);
    expect(asks).toEqual([]);
  });

  it("R-GH-18: leaves alone what another workflow run is to do, and gives up after 24 seconds in which nobody heard, or a minute and a half", async () => {
    const other = await asked((n, app) => (n === 1 ? app.plan("999") : Promise.resolve()));
    const silent = await asked(async () => undefined);
    const slow = await asked((n, app) => (n === 1 ? app.hears() : Promise.resolve()));
    const ended = await asked((n, app) =>
      n === 1
        ? app.append({ event: "cancellation_requested", reason: "enough", by: "ada" })
        : Promise.resolve(),
    );
    expect([other, silent, slow, ended].map(({ got, looks, claims }) => [got, looks, claims.length])).toEqual(
      [
        [null, 1, 1],
        [null, 8, 1],
        [null, 30, 1],
        [null, 1, 1],
      ],
    );
    for (const { asks } of [other, silent, slow, ended]) expect(asks).toEqual([]);
  });

  it("R-GH-18: loses an offer to whoever claims it first", async () => {
    const { got, claims } = await asked(async (n, app) => {
      if (n !== 1) return;
      await app.plan(app.run);
      await app.append({ event: "hop_started", hop: 2, epoch: 2, by: { run_id: "999", attempt: 1 } });
    });
    expect([got, claims.map((event) => (event.event === "hop_started" ? event.by.run_id : ""))]).toEqual([
      null,
      [expect.any(String), "999"],
    ]);
  });
});
