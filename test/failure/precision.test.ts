/** Two tests of one suite, or two names a letter apart, are two failures, however alike the rest of their messages is. */
import { describe, expect, it } from "vitest";
import { assign, emptyRegistry } from "../../engine/failure/signature.ts";

/** How many signatures the reasons get, one after the other. */
function signaturesOf(...reasons: readonly string[]): number {
  let registry = emptyRegistry();
  const signatures = new Set<string>();
  for (const reason of reasons) {
    const assigned = assign(registry, { node: "verify", class: "deterministic", reason });
    registry = assigned.registry;
    signatures.add(assigned.signature);
  }
  return signatures.size;
}

/** Whether the reason about another thing gets the signature of one of the two about one, in any order of the three. */
function mixed(one: string, again: string, other: string): boolean {
  const orders = [
    [one, again, other],
    [one, other, again],
    [again, one, other],
    [again, other, one],
    [other, one, again],
    [other, again, one],
  ];
  return orders.some((order) => {
    let registry = emptyRegistry();
    const given = new Map<string, string>();
    for (const reason of order) {
      const assigned = assign(registry, { node: "verify", class: "deterministic", reason });
      registry = assigned.registry;
      given.set(reason, assigned.signature);
    }
    return given.get(other) === given.get(one) || given.get(other) === given.get(again);
  });
}

const CARGO = "assertion `left == right` failed";
/** A message of one test, as its tool prints it and as models tell it. */
const TOOLS: Readonly<Record<string, readonly ((test: string) => string)[]>> = {
  cargo: [
    (test) =>
      `---- parser::tests::${test} stdout ----\nthread 'parser::tests::${test}' panicked at src/parser.rs:41:9:\n${CARGO}\n  left: 3\n right: 4`,
    (test) => `test parser::tests::${test} ... FAILED: ${CARGO}`,
    (test) => `cargo test: ${test} panicked, ${CARGO} (left: 3, right: 4)`,
    (test) => `thread '${test}' panicked at tests/it.rs:9:5:\n${CARGO}\n  left: 1\n right: 2`,
    (test) => `${test} fails in src/parser.rs: ${CARGO}`,
    (test) => `test ${test} failed: ${CARGO}`,
    (test) => `failures:\n    parser::tests::${test}\n${CARGO} at src/parser.rs:41`,
    (test) => `test result: FAILED. 11 passed; 1 failed\n${CARGO} in ${test}`,
  ],
  pytest: [
    (test) => `FAILED tests/test_cart.py::${test} - AssertionError: assert 3 == 4`,
    (test) => `tests/test_cart.py:14: in ${test}\nE   AssertionError: assert 3 == 4`,
    (test) =>
      `___________ ${test} ___________\n>       assert total() == 4\nE       AssertionError: assert 3 == 4`,
    (test) => `${test} in tests/test_cart.py: AssertionError: assert 3 == 4`,
    (test) => `pytest failed: AssertionError: assert 3 == 4 (${test})`,
    (test) => `tests/test_cart.py::TestCart::${test} FAILED, AssertionError: assert False`,
    (test) => `1 failed, 11 passed: ${test} raised AssertionError: assert 3 == 4`,
  ],
  jest: [
    (test) =>
      `FAIL src/cart.test.ts\n  ● Cart › ${test}\n    expect(received).toBe(expected)\n    Expected: 3\n    Received: 4`,
    (test) => `src/cart.test.ts > Cart > ${test}: Expected: 3 Received: 4`,
    (test) =>
      `FAIL src/cart.test.ts > Cart > ${test}\nAssertionError: expected 3 to be 4 // Object.is equality`,
    (test) => `${test} (src/cart.test.ts): Expected: 3, Received: 4`,
    (test) => `✕ ${test} (4 ms)\nExpected: 3\nReceived: 4`,
    (test) => `The test "${test}" failed in src/cart.test.ts. Expected: 3, Received: 4`,
    (test) => `✗ ${test}\nexpect(received).toBe(expected)`,
    (test) => `× ${test} 4ms\n  → expected 3 to be 4`,
    (test) => `jest: Cart › ${test}\n\nexpect(received).toEqual(expected) // deep equality`,
    (test) => `Expected: 3\nReceived: 4\n\n  at src/cart.test.ts:14:5\n  in ${test}`,
  ],
  go: [
    (test) => `--- FAIL: ${test} (0.00s)\n    cart_test.go:14: got 3, want 4\nFAIL`,
    (test) => `${test}: cart_test.go:14: got 3, want 4`,
    (test) => `go test ./...: ${test} failed, got 3, want 4`,
    (test) => `=== RUN   ${test}\n    cart_test.go:14: expected 3, received 4`,
    (test) =>
      `--- FAIL: ${test} (0.01s)\n    Error Trace: cart_test.go:14\n    Error: Not equal:\n  expected: 3\n  actual  : 4\n    Test: ${test}`,
  ],
  junit: [
    (test) => `[ERROR]   CartTest.${test}:14 expected: <3> but was: <4>`,
    (test) =>
      `CartTest > ${test}() FAILED\n    org.opentest4j.AssertionFailedError: expected: <3> but was: <4>`,
    (test) => `com.shop.CartTest.${test} -- AssertionFailedError: expected: <3> but was: <4>`,
    (test) => `${test}(com.shop.CartTest): expected:<3> but was:<4>`,
    (test) => `CartTest.${test} failed: java.lang.AssertionError: expected:<3> but was:<4>`,
    (test) => `Failed tests: ${test}: expected: <3> but was: <4>`,
  ],
};

/** As a model tells of a test whose title is a sentence. */
const PROSE: readonly ((test: string) => string)[] = [
  (test) => `${test}: expected 3, received 4`,
  (test) => `jest: ${test}: expected 3 to be 4`,
  (test) => `The test ${test} failed: expected 3, received 4`,
  (test) => `1 failed: test ${test} fails in src/cart.test.ts, expected 3 to be 4`,
  (test) => `AssertionError: expected 3 to be 4\n  in ${test}`,
];

const NAMES: Readonly<Record<string, readonly string[]>> = {
  cargo: ["adds_two", "removes_one", "empty", "sum", "parses_v2", "parses_v3", "parse1", "parse2"],
  pytest: [
    "test_adds",
    "test_removes",
    "test_add_1",
    "test_add_2",
    "test_add[1-2]",
    "test_add[1-3]",
    "test_Add",
  ],
  jest: [
    "adds two items",
    "removes an item",
    "adds",
    "is empty",
    "totals",
    "shows the total",
    "shows a total",
  ],
  go: [
    "TestAdd",
    "TestRemove",
    "TestAdd2",
    "TestAdd3",
    "TestAdd/empty",
    "TestAdd/full",
    "TestAdd/#01",
    "TestADD",
  ],
  junit: ["addsTwo", "removesOne", "adds", "empty", "adds2", "adds3", "shouldAdd", "shouldADD"],
};

const pairsOf = <T>(items: readonly T[]): [T, T][] =>
  items.flatMap((a) => items.filter((b) => b !== a).map((b): [T, T] => [a, b]));

describe("two tests of one suite", () => {
  it.each(Object.keys(TOOLS))(
    "R-BRK-2: are two failures in any order, though %s says the same of both",
    (tool) => {
      const ways = TOOLS[tool]!;
      const merged = pairsOf(NAMES[tool]!).flatMap(([a, b]) =>
        ways.flatMap((one) =>
          ways.flatMap((other) => (signaturesOf(one(a), other(b)) === 1 ? [`${one(a)} IS ${other(b)}`] : [])),
        ),
      );
      expect(merged).toEqual([]);
    },
  );

  it("R-BRK-2: in a test's title every number counts, also where bare prose tells of it", () => {
    const ways = [...TOOLS.jest!, ...PROSE];
    const titles = [
      ["adds 2 items", "adds 3 items"],
      ["handles 404", "handles 500"],
      ["adds item 1 of 2", "adds item 2 of 2"],
    ] as const;
    const merged = titles.flatMap(([a, b]) =>
      ways.flatMap((one, i) =>
        ways.flatMap((other, j) => {
          const third = ways[(i + j + 1) % ways.length]!;
          return signaturesOf(one(a), other(b)) === 1 ||
            signaturesOf(other(b), one(a)) === 1 ||
            mixed(one(a), third(a), other(b))
            ? [`${one(a)} IS ${other(b)}`]
            : [];
        }),
      ),
    );
    expect(merged).toEqual([]);
  });

  it("R-BRK-1: a number beside a title counts nothing", () => {
    expect(
      signaturesOf("src/a.ts line 3: expected 3, received 4", "src/a.ts line 9: expected 3, received 5"),
    ).toBe(1);
    expect(
      signaturesOf(
        "The test run 12 failed: expected 3, received 4",
        "The test run 13 failed: expected 3, received 4",
      ),
    ).toBe(1);
    expect(
      signaturesOf(
        "✕ adds 2 items (4 ms)\nExpected: 3\nReceived: 4",
        "✕ adds 2 items (9 ms)\nExpected: 3\nReceived: 4",
      ),
    ).toBe(1);
  });

  it("R-BRK-2: and one of them is one failure, whatever is said around it", () => {
    expect(
      signaturesOf(
        "✗ adds two items\nexpect(received).toBe(expected)",
        "src/cart.test.ts > Cart > adds two items: Expected: 3 Received: 4",
        "adds two items (src/cart.test.ts): Expected: 3, Received: 4",
      ),
    ).toBe(1);
  });
});

const SENTENCES: readonly ((name: string) => string)[] = [
  (name) => `cannot find name '${name}'`,
  (name) => `undefined: ${name}`,
  (name) => `${name} is not defined`,
  (name) => `missing environment variable ${name}`,
  (name) => `src/a.ts: error TS2304: Cannot find name ${name}.`,
  (name) => `${name}: command not found`,
  (name) => `table ${name} does not exist`,
  (name) => `src/${name}.ts is missing`,
  (name) => `docs/${name} is empty`,
  (name) => `tests/${name}/a.py fails`,
  (name) => `property ${name} is missing in type Foo`,
  (name) => `flag --${name} is unknown`,
  (name) => `{"missing":["${name}"]}`,
  (name) => `Module not found: ${name}`,
  (name) => `Module not found: Can't resolve ${name}`,
  (name) => `Cannot find module ${name}`,
  (name) => `undefined method ${name}`,
  (name) => `ReferenceError: ${name} is not defined`,
  (name) => `no field ${name} on type Foo`,
];

describe("two names", () => {
  it.each([
    ["user", "User"],
    ["config", "Config"],
    ["value", "Value"],
    ["userId", "UserId"],
    ["userId", "userid"],
    ["foo", "FOO"],
    ["Config", "CONFIG"],
    ["newRouter", "NewRouter"],
    ["HTTPServer", "HttpServer"],
    ["HTTPServer", "httpServer"],
    ["URLParser", "UrlParser"],
    ["ID", "Id"],
    ["api", "API"],
    ["my_var", "My_Var"],
    ["Vec2", "Vec3"],
    ["user1", "user2"],
    ["v1", "v2"],
    ["log2", "log10"],
    ["foo-1", "foo-2"],
    ["orders_20230", "orders_20240"],
  ])("R-BRK-2: %s and %s are two failures in any sentence", (a, b) => {
    const merged = SENTENCES.filter(
      (say, i) =>
        signaturesOf(say(a), say(b)) === 1 ||
        signaturesOf(say(b), say(a)) === 1 ||
        mixed(say(a), SENTENCES[(i + 1) % SENTENCES.length]!(a), say(b)) ||
        mixed(say(b), SENTENCES[(i + 1) % SENTENCES.length]!(b), say(a)),
    );
    expect(merged.map((say) => say(a))).toEqual([]);
  });

  it("R-BRK-1: a capital that only begins a sentence is no name", () => {
    expect(signaturesOf("Cannot find main.rs", "cannot find main.rs")).toBe(1);
  });
});
