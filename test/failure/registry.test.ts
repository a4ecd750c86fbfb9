import { describe, expect, it } from "vitest";
import type { KnownFailure, SignatureRegistry } from "../../engine/failure/known.ts";
import { remember } from "../../engine/failure/remember.ts";
import { assign, emptyRegistry } from "../../engine/failure/signature.ts";
import { readTool } from "../fixtures/signatures/corpus.ts";

const failure = (reason: string, rest: Partial<KnownFailure> = {}): KnownFailure => ({
  node: "verify",
  class: "deterministic",
  reason,
  ...rest,
});

/** Gives each its signature in turn. */
function run(failures: readonly KnownFailure[], from: SignatureRegistry = emptyRegistry()) {
  let registry = from;
  const signatures: string[] = [];
  for (const one of failures) {
    const assigned = assign(registry, one);
    registry = assigned.registry;
    signatures.push(assigned.signature);
  }
  return { registry, signatures };
}

const freeze = <T>(value: T): T => {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
};

describe("a signature", () => {
  it("R-BRK-2: names node and class, and what failed", () => {
    const { signature, how } = assign(
      emptyRegistry(),
      failure("src/a.ts(1,2): error TS2304: Cannot find name 'UserStore'."),
    );
    expect(signature).toMatch(/^verify\|deterministic\|ts2304-userstore-a-ts-absent-[0-9a-f]{8}$/);
    expect(how).toBe("new");
  });

  it("R-BRK-2: once given it stays, whatever comes between", () => {
    const texts = readTool("cargo").map(({ text }) => failure(text));
    const first = run(texts);
    expect(run(texts, first.registry).signatures).toEqual(first.signatures);
  });

  it("R-BRK-2: is of one node and one class", () => {
    const { signatures } = run([
      failure("no main.rs"),
      failure("no main.rs", { node: "build" }),
      failure("no main.rs", { class: "structural" }),
    ]);
    expect(new Set(signatures).size).toBe(3);
  });

  it("R-BRK-2: stays readable and short for any reason and node", () => {
    for (const reason of ["", "   ", "\u0000\u0001", "…", "x".repeat(20_000), "||| \n |||"]) {
      const { signature } = assign(emptyRegistry(), failure(reason, { node: "a b|c\n" }));
      expect(signature).toMatch(/^a_b_c_\|deterministic\|[^|\s]{1,60}$/);
    }
  });

  it("R-BRK-2: of a node called like a part of every object is one like any other", () => {
    for (const node of ["__proto__", "constructor", "toString"]) {
      const { signatures, registry } = run([
        failure("no main.rs", { node }),
        failure("no main.rs", { node }),
      ]);
      expect(signatures[1]).toBe(signatures[0]);
      expect(JSON.parse(JSON.stringify(registry))).toEqual(registry);
    }
  });
});

describe("a stage's own name for its failure", () => {
  const named = (given: string, reason = "broken") => failure(reason, { given });

  it("R-BRK-2: decides, in any spelling, whatever the reason says", () => {
    const { signatures } = run([
      named("missing-lib-rs", "no src/lib.rs"),
      named("Missing lib_rs", "the crate has no library target"),
      named("missing lib.rs (attempt 4)".replace(" (attempt 4)", ""), "again"),
      named("missing-main-rs", "no src/lib.rs"),
    ]);
    expect(signatures[1]).toBe(signatures[0]);
    expect(signatures[2]).toBe(signatures[0]);
    expect(signatures[3]).not.toBe(signatures[0]);
  });

  it("R-BRK-2: is not taken when it says only that the node failed", () => {
    const { signatures } = run([
      named("verify-failed", "src/a.ts(1,2): error TS2304: Cannot find name 'x1'."),
      named("verify_failed", "src/b.ts(1,2): error TS2322: Type 'a' is not assignable to type 'b'."),
    ]);
    expect(signatures[1]).not.toBe(signatures[0]);
  });
});

describe("the incident's scaffold loop", () => {
  it("R-BRK-2: its differently worded reasons come to the limit of three", () => {
    const texts = readTool("incident").filter(({ cause }) => cause === "incident/scaffold-lib-missing");
    expect(new Set(texts.map(({ text }) => text)).size).toBeGreaterThan(9);
    const counts = new Map<string, number>();
    for (const signature of run(texts.map(({ text }) => failure(text))).signatures)
      counts.set(signature, (counts.get(signature) ?? 0) + 1);
    expect(Math.max(...counts.values())).toBeGreaterThanOrEqual(6);
  });
});

describe("the group a failure joins", () => {
  const vague = "src/cart.ts: error TS2339 on type 'CartItem'";
  const discount = "src/cart.ts: error TS2339: Property 'discount' does not exist on type 'CartItem'";
  const again = "TS2339 in src/cart.ts: CartItem has no property 'discount'";
  const coupon = "src/cart.ts: error TS2339: Property 'coupon' does not exist on type 'CartItem'";
  const joined = (...reasons: readonly string[]): boolean => {
    const { signatures } = run(reasons.map((reason) => failure(reason)));
    return signatures.at(-1) === signatures[0];
  };

  it("R-BRK-2: is one that as many of its members speak for as against", () => {
    expect(joined(vague, discount)).toBe(true);
    expect(joined(vague, discount, again)).toBe(true);
    expect(joined(vague, coupon)).toBe(true);
  });

  it("R-BRK-2: is none that most of its members speak against", () => {
    expect(joined(vague, discount, again, coupon)).toBe(false);
  });

  it("R-BRK-2: is the one that most speaks for, wherever it stands", () => {
    const { signatures } = run([
      failure(discount),
      failure("src/user.ts: error TS2551"),
      failure(coupon),
      failure(again),
    ]);
    expect(signatures[3]).toBe(signatures[0]);
  });
});

describe("the registry", () => {
  it("R-BRK-5: is plain data: it goes on the same after a journey as JSON", () => {
    const texts = readTool("go").map(({ text }) => failure(text));
    const whole = run(texts).signatures;
    const half = run(texts.slice(0, 9));
    const travelled = JSON.parse(JSON.stringify(half.registry)) as SignatureRegistry;
    expect([...half.signatures, ...run(texts.slice(9), travelled).signatures]).toEqual(whole);
  });

  it("R-BRK-5: is never changed in place", () => {
    const texts = readTool("npm").map(({ text }) => failure(text));
    let registry = freeze(emptyRegistry());
    for (const text of texts) registry = freeze(assign(registry, text).registry);
    expect(Object.keys(registry)).toEqual(["deterministic verify"]);
  });

  it("R-BRK-5: replayed from a log it is the same, and the log's word stands", () => {
    const texts = readTool("tsc").map(({ text }) => failure(text));
    let lived = emptyRegistry();
    let replayed = emptyRegistry();
    for (const text of texts) {
      const assigned = assign(lived, text);
      lived = assigned.registry;
      replayed = remember(replayed, { ...text, signature: assigned.signature });
    }
    expect(replayed).toEqual(lived);

    const foreign = remember(lived, {
      ...failure("all new here"),
      signature: "verify|deterministic|as-an-older-version-said",
    });
    expect(assign(foreign, failure("all new here")).signature).toBe(
      "verify|deterministic|as-an-older-version-said",
    );
    expect(assign(foreign, texts[0]!).signature).toBe(assign(lived, texts[0]!).signature);
  });

  it("R-BRK-5: is bounded: the least recently met failure is forgotten first", () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      failure(
        `cannot find name 'thing${"abcdefghij"[i % 10]}${"klmnopqrst"[Math.floor(i / 10) % 10]}${"uvwxyz"[Math.floor(i / 100)]}'`,
      ),
    );
    const { registry, signatures } = run(many);
    expect(new Set(signatures).size).toBe(300);
    expect(registry["deterministic verify"]).toHaveLength(256);
    expect(assign(registry, many[299]!).how).toBe("canonical");
    expect(assign(registry, many[0]!).how).toBe("new");
    expect(JSON.stringify(registry).length).toBeLessThan(400_000);
  });
});
