/** The published contract of ledgers, with the test runner of this repository. */
import { describe, expect, it } from "vitest";
import { ledgerContract as contract, type LedgerWorld } from "../../engine/ledger/contract.ts";

export { contractEvent as event, stored } from "../../engine/ledger/contract.ts";

export const ledgerContract = (name: string, makeWorld: () => Promise<LedgerWorld>): void =>
  contract(name, makeWorld, { describe, it, expect });
