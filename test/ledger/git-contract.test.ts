import { openRef, trunkRef } from "../../engine/git/names.ts";
import { gitLedger } from "../../engine/ledger/git/git-ledger.ts";
import { gitWorld } from "../git/git-world.ts";
import { ledgerContract } from "./contract.ts";

ledgerContract("a git ref over HTTP", async () => {
  const world = await gitWorld();
  return {
    open: async (runId) =>
      gitLedger({
        repo: await world.machine(),
        runId,
        ref: trunkRef("refs/attractor", runId),
        secrets: [],
        openRef: openRef("refs/attractor", runId),
        redact: (text) => text,
        // One second for all: only the Writer tells two commits of the same events apart.
        now: () => new Date(1_700_000_000_000),
        pause: async () => undefined,
      }),
    close: () => world.close(),
  };
});
