import { describe, expect, it } from "vitest";
import { refusalIn } from "../../engine/ledger/git/refusal.ts";

const TRUNK = "refs/attractor/r/trunk";
const CODE = "refs/attractor/r/code";

const report = (perRef: Record<string, string>, said = "") => ({
  perRef: new Map(Object.entries(perRef).map(([ref, summary]) => [ref, { flag: "!", summary }])),
  said,
});

describe("a push that changed nothing", () => {
  it.each([
    ["a rule", { [TRUNK]: "[remote rejected] (push declined due to repository rule violations)" }, TRUNK],
    [
      "a hook, for another ref",
      {
        [TRUNK]: "[remote rejected] (atomic push failure)",
        [CODE]: "[remote rejected] (pre-receive hook declined)",
      },
      CODE,
    ],
    [
      "another ref that moved",
      { [TRUNK]: "[rejected] (atomic push failed)", [CODE]: "[rejected] (stale info)" },
      CODE,
    ],
  ])("was refused by %s, and the ref is named", (_title, perRef, ref) => {
    expect(refusalIn(report(perRef, "remote: why"), TRUNK)).toMatch(new RegExp(`^${ref}: .*\\nremote: why`));
  });

  it.each([
    ["HTTP 403", "fatal: unable to access 'x': The requested URL returned error: 403"],
    ["a token that expired", "fatal: Authentication failed for 'x'"],
    ["a repository that is not there", "remote: Repository not found."],
  ])("was refused by %s", (_title, said) => {
    expect(refusalIn(report({}, said), TRUNK)).toBe(said);
  });

  it.each([
    ["another was faster", report({ [TRUNK]: "[rejected] (fetch first)" })],
    ["the server answered from an older state", report({ [TRUNK]: "[rejected] (stale info)" })],
    [
      "a ref was locked",
      report({ [TRUNK]: "[remote rejected] (cannot lock ref 'x': is at a but expected b)" }),
    ],
    [
      "another ref was locked",
      report({
        [TRUNK]: "[remote rejected] (atomic push failure)",
        [CODE]: "[remote rejected] (failed to update ref)",
      }),
    ],
    ["the server was busy", report({}, "The requested URL returned error: 503")],
    ["the server slows us down", report({}, "The requested URL returned error: 429")],
    ["nobody answered", report({}, "fatal: unable to access: Empty reply from server")],
  ])("may be tried again when %s", (_title, of) => {
    expect(refusalIn(of, TRUNK)).toBeNull();
  });
});
