/** What test tools say of any assertion: it is in the messages of all tests of a suite, and names none of them. */

const WORDS = new Set(
  `assert asserts assertion assertions assertionerror assertionfailederror asserted assertequal asserteq assertthat equal equals expect
  expected received actual left right got want tobe toequal tostrictequal tomatch tothrow tohavelength tocontain tobetruthy tobefalsy
  deep equality eq ne true false`.split(/\s+/),
);

/** Every word of it is of that kind: `left == right`, `expect(received).toBe(expected)`, `assert_eq`. */
export function isAssertion(text: string): boolean {
  const words = text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
  return words.length > 0 && words.every((word) => WORDS.has(word));
}

/** How the line under a test's title begins where the test failed on an assertion. */
export const opensAssertion = (line: string): boolean =>
  /^(?:> )?(?:assert|expect(?:ed|\()|received|\w*assertion)/i.test(line.trim());
