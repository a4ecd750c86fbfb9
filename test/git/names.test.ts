import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { branchKey } from "../../engine/core/fanout.ts";
import {
  artifactName,
  blockingRef,
  branchRef,
  codeRef,
  DEFAULT_BRANCH_PREFIX,
  DEFAULT_REF_PREFIX,
  type Leg,
  legName,
  openRef,
  PrefixError,
  retainedRef,
  runBranch,
  trunkRef,
  workRef,
} from "../../engine/git/names.ts";
import { safeName } from "../../engine/git/safe-name.ts";

const NASTY = [
  "",
  "/",
  "..",
  "a.lock",
  "-x",
  "HEAD",
  "@{",
  "a b",
  "Ä",
  "ä",
  "a\u0308",
  "ﬁ",
  "CON",
  "nul",
  "~^:?*[\\",
  "a//b",
  "\n",
  "x".repeat(400),
  "💥",
  "__proto__",
];
const text = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: "binary" }), fc.string());
const small = fc.nat(300);
const leg: fc.Arbitrary<Leg> = fc.record({
  fan: text,
  visit: small,
  index: small,
  key: text,
  epoch: small,
  attempt: small,
});

/** Asks git itself about many names with one process each; few, and the grammar below for the rest. */
const gitAccepts = (ref: string): boolean => spawnSync("git", ["check-ref-format", ref]).status === 0;

const allRefs = (runId: string, of: Leg): string[] => [
  trunkRef(DEFAULT_REF_PREFIX, runId),
  codeRef(DEFAULT_REF_PREFIX, runId),
  retainedRef(DEFAULT_REF_PREFIX, runId),
  openRef(DEFAULT_REF_PREFIX, runId),
  workRef(DEFAULT_REF_PREFIX, runId, of.key),
  branchRef(DEFAULT_REF_PREFIX, runId, of),
];

describe("names of refs and branches", () => {
  it("R-CKPT-6: read as the protocol says", () => {
    const first: Leg = { fan: "fan", visit: 1, index: 0, key: "fan/v1/01-impl", epoch: 2, attempt: 3 };
    expect(trunkRef(DEFAULT_REF_PREFIX, "r1")).toBe("refs/attractor/r1/trunk");
    expect(branchRef(DEFAULT_REF_PREFIX, "r1", first)).toMatch(
      /^refs\/attractor\/r1\/branch\/fan\/1\/01-[0-9a-f]{8}\/e2a3$/,
    );
    expect(runBranch(DEFAULT_BRANCH_PREFIX, "r1")).toBe("attractor/run/r1");
    expect(branchKey("", "fan", 1, 0, "impl")).toBe("fan/v1/01-impl");
    expect(branchKey("fan/v1/01-impl", "inner", 2, 11, "x")).toBe("fan/v1/01-impl/inner/v2/12-x");
  });

  it("R-CKPT-6: always carry the configured prefix, never begin with a slash, and are bounded, for any text", () => {
    fc.assert(
      fc.property(text, leg, (runId, of) => {
        for (const ref of allRefs(runId, of)) {
          expect(ref).toMatch(/^refs\/attractor\/[a-z0-9][a-z0-9_/-]*$/);
          expect(ref).not.toMatch(/\/\/|\/$/);
          expect(ref.length).toBeLessThan(220);
        }
        expect(runBranch("team/attractor", runId)).toMatch(/^team\/attractor\/[a-z0-9][a-z0-9_-]*$/);
      }),
      { numRuns: 300 },
    );
  });

  it("R-CKPT-6: are accepted by git", () => {
    fc.assert(
      fc.property(text, leg, (runId, of) => {
        for (const ref of [branchRef(DEFAULT_REF_PREFIX, runId, of), `refs/heads/${runBranch("a/b", runId)}`])
          expect(gitAccepts(ref), ref).toBe(true);
      }),
      {
        numRuns: 40,
        examples: NASTY.map((each) => [
          each,
          { fan: each, visit: 0, index: 0, key: each, epoch: 0, attempt: 0 },
        ]),
      },
    );
  });

  it("R-FAN-12: differ for different texts even where case, accents and long ends are lost", () => {
    fc.assert(
      fc.property(fc.uniqueArray(text, { minLength: 2, maxLength: 12 }), (texts) => {
        const names = texts.map((each) => safeName(each).normalize("NFC").toLowerCase());
        expect(new Set(names).size).toBe(texts.length);
      }),
      {
        numRuns: 300,
        examples: [[NASTY], [["A", "a", "Á", "á"]], [[`${"x".repeat(90)}1`, `${"x".repeat(90)}2`]]],
      },
    );
  });

  it("keep a name that is safe already", () => {
    for (const name of ["impl_monsters", "r-2026-01-01", "01hx"]) expect(safeName(name)).toBe(name);
    expect(safeName("My Run")).toMatch(/^my-run-[0-9a-f]{8}$/);
    expect(safeName("con")).toMatch(/^con-[0-9a-f]{8}$/);
    expect(safeName("")).toMatch(/^[0-9a-f]{8}$/);
  });

  it.each(["", "/a", "a/", "a//b", "../a", "a/..", "-a", ".a", "a.lock", "a b", "a~", "@{u}", "a\nb"])(
    "R-CKPT-6: refuse the prefix %j with a word on what to use",
    (prefix) => {
      expect(() => runBranch(prefix, "r")).toThrow(PrefixError);
      expect(() => trunkRef(prefix, "r")).toThrow(PrefixError);
      expect(() => trunkRef(`refs/${prefix}`, "r")).toThrow(PrefixError);
    },
  );

  it.each(["refs/heads/x", "refs/Tags", "attractor", "refs/", "refs"])(
    "keep hidden refs out of %j",
    (prefix) => {
      expect(() => trunkRef(prefix, "r")).toThrow(PrefixError);
    },
  );

  it("know which existing ref stands in the way", () => {
    const existing = ["refs/heads/main", "refs/heads/Attractor", "refs/heads/attractors"];
    expect(blockingRef("refs/heads/attractor/run/r1", existing)).toBe("refs/heads/Attractor");
    expect(blockingRef("refs/heads/main", existing)).toBeNull();
    expect(blockingRef("refs/heads", existing)).toBe("refs/heads/main");
  });
});

describe("branch keys", () => {
  const nodeId = text.filter((id) => id !== "");
  const step = fc.record({ fan: nodeId, visit: small, index: small, item: text });
  const build = (steps: { fan: string; visit: number; index: number; item: string }[]): string =>
    steps.reduce((parent, at) => branchKey(parent, at.fan, at.visit, at.index, at.item), "");

  it("R-FAN-12: are bounded and safe as folder, whatever the fan-out and the item are called", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const key = build(steps);
        expect(key.length).toBeLessThan(90 * steps.length);
        for (const part of key.split("/")) expect(part).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
      }),
      { numRuns: 200 },
    );
  });

  it("R-FAN-12: differ when any step of the path differs, hostile items included", () => {
    const path = fc.array(step, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(path, path, (one, two) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(two));
        expect(build(one)).not.toBe(build(two));
      }),
      { numRuns: 300 },
    );
    const twins = ["A b", `a-b-${safeName("A b").slice(-8)}`];
    expect(new Set(twins.map((item, index) => branchKey("", "f", 1, index, item))).size).toBe(2);
  });

  it("R-FAN-12: are told apart in refs by number and hash", () => {
    expect(legName({ index: 0, key: "fan/v1/01-a" })).not.toBe(legName({ index: 0, key: "fan/v2/01-a" }));
    expect(legName({ index: 255, key: "fan/v1/256-a" })).toMatch(/^256-[0-9a-f]{8}$/);
    expect(() => legName({ index: Number.NaN, key: "x" })).toThrow(RangeError);
  });
});

describe("artifact names", () => {
  it("R-FAN-12: carry the attempt and hold nothing that GitHub refuses", () => {
    expect(artifactName({ runId: "r1", hop: 3, part: "settle", attempt: 2 })).toBe(
      "attractor-r1-h3-settle-a2",
    );
    fc.assert(
      fc.property(text, small, text, small, (runId, hop, part, attempt) => {
        expect(artifactName({ runId, hop, part, attempt })).toMatch(/^attractor-[a-z0-9_-]{1,140}-a\d+$/);
      }),
      { numRuns: 200 },
    );
  });
});
