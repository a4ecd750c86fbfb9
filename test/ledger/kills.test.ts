import { describe, it } from "vitest";
import { killWhileAppending, killWhileReplacing } from "./races.ts";

describe("a process killed at any moment", () => {
  it("R-LIFE-4: leaves one whole version of a file, never a torn one", () => killWhileReplacing(12));
  it("R-LIFE-8: loses nothing of its log that was acknowledged", () => killWhileAppending(12));
});
