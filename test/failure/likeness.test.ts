/** One case for each thing that readings are made of: what makes two wordings one failure, and what keeps two apart. */
import { describe, expect, it } from "vitest";
import { assign, emptyRegistry } from "../../engine/failure/signature.ts";

function areOne(a: string, b: string): boolean {
  const known = assign(emptyRegistry(), { node: "verify", class: "deterministic", reason: a });
  return (
    assign(known.registry, { node: "verify", class: "deterministic", reason: b }).signature ===
    known.signature
  );
}

describe("likeness", () => {
  it.each([
    [
      "the kind before a name",
      "missing deliverable docs/design.md",
      "verify failed because docs/design.md does not exist",
    ],
    [
      "a JSON key",
      '{"missing":["docs/ops.md","docs/api.md"],"status":"fail"}',
      "missing deliverables: docs/api.md, docs/ops.md",
    ],
    [
      "a JSON key of two words",
      '{"verdict":"fail","missing_files":["dist/report.html"]}',
      "dist/report.html is missing",
    ],
    ["an empty file", "docs/design.md is empty", "verify failed because docs/design.md has no content"],
    [
      "what 'the file' stands for",
      "docs/design.md does not exist",
      "Expected docs/design.md, but the file is absent",
    ],
    ["what was not written", "the stage ended without writing status.json", "status.json is missing"],
    [
      "a turn limit",
      "turn limit reached (max_turns=40)",
      "Session ended because the maximum number of turns (30) was used up",
    ],
    [
      "a token limit",
      "prompt is too long: 214003 tokens > 200000 maximum",
      "context window exceeded (214003 of 200000 tokens)",
    ],
    ["a stage's timeout", "stage timeout after 1800s", "the stage timed out after 30 minutes"],
    [
      "a rate limit",
      "429 Too Many Requests: rate limit reached, retry after 17s",
      "The provider refused the call with HTTP 429, rate limit exceeded",
    ],
    [
      "a lint id",
      "src/api/client.ts 14:18 Unexpected any (@typescript-eslint/no-explicit-any)",
      "Lint fails: no-explicit-any in src/api/client.ts",
    ],
    [
      "a term of several words in one",
      "! [rejected] main -> main (non-fast-forward)",
      "git push was rejected: updates of main were rejected (non-fast-forward)",
    ],
    [
      "a heading that is empty, which is no file",
      'profile > shows the user name: expected "Ada", received ""',
      "e2e/profile.spec.ts:9:3 > profile > shows the user name failed, heading is empty",
    ],
    [
      "a letter that begins a name",
      "authentication_error: invalid x-api-key in src/client.ts",
      "src/client.ts: authentication_error, the API key is invalid",
    ],
    [
      "a name with and without its module",
      "the trait bound `Order: Serialize` is not satisfied (E0277, src/api.rs)",
      "the trait bound `Order: serde::Serialize` is not satisfied (E0277, src/api.rs)",
    ],
    [
      "a script of any name",
      "npm run typecheck: missing script typecheck in package.json",
      'There is no "typecheck" script in package.json',
    ],
    [
      "a handler's own words",
      "tool_command failed: eslint: padStart is never used in src/format.ts",
      "unused variable padStart in src/format.ts (no-unused-vars)",
    ],
    [
      "the route that was asked for",
      "npm error 404 Not Found - GET https://registry.example.com/left-padd",
      "npm install: 404 Not Found left-padd",
    ],
  ])("R-BRK-2: %s makes two wordings one failure", (_, a, b) => {
    expect(areOne(a, b)).toBe(true);
    expect(areOne(b, a)).toBe(true);
  });

  it.each([
    [
      "an empty file and an absent one",
      "The deliverable docs/design.md was not written",
      "The deliverable docs/design.md exists but contains nothing",
    ],
    [
      "none and many",
      "edit_file failed: old_string not found in src/app.py",
      "edit_file failed: old_string matches 3 places in src/app.py",
    ],
    [
      "two things that one file lacks",
      "the rollback step is not described in plan.md",
      "plan.md is missing the monitoring step",
    ],
    [
      "two things that one route lacks",
      "authorization is missing on the /admin route (src/admin.ts)",
      "tests are missing for the /admin route (src/admin.ts)",
    ],
    [
      "a script and a dependency of one file",
      'There is no "typecheck" script in package.json',
      "package-lock.json is out of date: zod is in package.json but not in the lock file",
    ],
    ["a turn limit and a token limit", "the agent hit its turn limit", "the agent hit its token limit"],
    [
      "words that only sound like a limit",
      "It turned out that the cache ran cold",
      "The queue ran dry overnight, as it turned out",
    ],
    [
      "what is exported and what is imported",
      "export to CSV is not implemented",
      "import from CSV is not implemented",
    ],
    [
      "two routes",
      "404 Not Found - GET https://registry.example.com/left-padd",
      "404 Not Found - GET https://registry.example.com/is-evenn",
    ],
  ])("R-BRK-2: %s are two failures", (_, a, b) => {
    expect(areOne(a, b)).toBe(false);
    expect(areOne(b, a)).toBe(false);
  });
});
