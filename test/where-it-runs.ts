/** Tests that need what a machine may not have: there they run, elsewhere one test says that they were not. */
import { describe, it } from "vitest";

/** `missing`: why they cannot run here; null where they can. */
export const whereItRuns =
  (missing: string | null) =>
  (name: string, tests: () => void): void => {
    if (missing === null) describe(name, tests);
    else it(`${name}: not run: ${missing}`, () => console.warn(`not run: ${missing}`));
  };
