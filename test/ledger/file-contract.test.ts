import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileLedger } from "../../engine/ledger/file-ledger.ts";
import type { Ledger } from "../../engine/ledger/port.ts";
import { ledgerContract } from "./contract.ts";

ledgerContract("a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ledger-"));
  const open: Ledger[] = [];
  return {
    open: (runId) => {
      const ledger = fileLedger(join(folder, `${runId}.ndjson`), runId);
      open.push(ledger);
      return ledger;
    },
    close: async () => {
      for (const each of open) await each.close();
      await rm(folder, { recursive: true });
    },
  };
});
