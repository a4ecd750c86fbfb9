import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactor } from "../../engine/redact/redact.ts";

const known = redactor([]);
const letters = (length: number): string => "aB3".repeat(Math.ceil(length / 3)).slice(0, length);

describe("shapes that are secrets anywhere", () => {
  it.each([
    ["classic token", `ghp_${letters(36)}`],
    ["installation token", `ghs_${letters(36)}`],
    ["fine-grained token", `github_pat_${letters(22)}_${letters(59)}`],
    ["model key", `sk-ant-api03-${letters(40)}`],
    ["cloud key id", "AKIAIOSFODNN7EXAMPLE"],
    ["JSON web token", `eyJ${letters(20)}.eyJ${letters(30)}.${letters(43)}`],
    ["private key", `-----BEGIN RSA PRIVATE KEY-----\n${letters(64)}\n-----END RSA PRIVATE KEY-----`],
    ["private key without its end", `-----BEGIN PRIVATE KEY-----\n${letters(64)}`],
  ])("masks a %s and keeps what stands around it", (_, secret) => {
    expect(known(`before (${secret}`)).toBe("before (***");
    expect(known(`before ${secret}`)).not.toContain(secret.slice(-12));
  });

  it.each([
    ["Authorization: Bearer abc", "Authorization: Bearer ***"],
    ["authorization=Basic dXNlcjpwYXNz", "authorization=Basic ***"],
    [`"Authorization": "token 0123abc"`, `"Authorization": "token ***"`],
    ["-H 'x-api-key: 9f8e7d6c5b4a'", "-H 'x-api-key: ***'"],
    ["sent bearer A1b2C3d4E5f6G7 to it", "sent bearer *** to it"],
    ["https://user:pa55@example.org/x", "https://***@example.org/x"],
    ["https://tok@en@example.org", "https://***@example.org"],
  ])("%s", (text, masked) => {
    expect(known(text)).toBe(masked);
  });

  it.each([
    "bearer authentication failed",
    "authorization: required",
    "ssh://git@github.com/o/r.git",
    "git@github.com:o/r.git",
    "ask-me-anything-about-that-topic",
    "mail me@example.org, see https://example.org/a@b",
    "the risk-management-department",
    "sha 9fceb02d0ae598e95dc970b74767f19372d61af8",
  ])("leaves %s alone", (text) => {
    expect(known(text)).toBe(text);
  });
});

describe("given values", () => {
  it("are masked wherever they stand, the longer ones first", () => {
    expect(
      redactor(["hunter2hunter2", "hunter2hunter2-and-more"])("x hunter2hunter2-and-more, hunter2hunter2!"),
    ).toBe("x ***, ***!");
  });

  it("are masked in URLs, JSON and base64 too", () => {
    const secret = 'p@ss "w/rd" 42';
    const mask = redactor([secret]);
    const texts = [
      encodeURIComponent(secret),
      JSON.stringify(secret),
      ...["", "x", "xy"].map(base64After(secret)),
    ];
    for (const text of texts) expect(mask(`<${text}>`)).toMatch(/^<.{0,5}\*{3}.{0,5}>$/);
  });

  it("are masked line by line when they have several", () => {
    expect(redactor(["first-line-x\nsecond-line-y"])("log: second-line-y")).toBe("log: ***");
  });

  it("too short to be secrets do not blank words", () => {
    expect(redactor(["", "a", "no"])("a no-go")).toBe("a no-go");
  });

  it("may hold every mark that expressions know", () => {
    const secret = "^$.*+?()[]{}|\\/-";
    expect(redactor([secret])(`a${secret}b`)).toBe("a***b");
  });
});

function base64After(secret: string) {
  return (prefix: string): string => Buffer.from(prefix + secret).toString("base64");
}

it("masking twice changes nothing more", () => {
  const part = fc.constantFrom(
    "ghp_",
    "sk-",
    "eyJ",
    ".",
    "Authorization: ",
    "bearer ",
    "token ",
    "https://",
    "@",
    ":",
    "/",
    " ",
    "\n",
    "***",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "hunter2hunter2",
    "a1b2c3d4e5f6g7h8i9",
    "AKIA",
    "x",
    "*",
  );
  const mask = redactor(["hunter2hunter2", "x*ab", "**x*"]);
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const once = mask(parts.join(""));
      expect(mask(once)).toBe(once);
    }),
    { numRuns: 2000 },
  );
});

/** A quadratic expression would not come back from this, a deep one would overflow the stack. */
it.each([
  "eyJ",
  "eyJaaaaaa.",
  "ghp_",
  "sk-",
  "sk-a",
  "https://",
  "a://b:c",
  "a",
  "@",
  "bearer ",
  "bearer a",
  "authorization: ",
  "authorization=basic ",
  "-----BEGIN PRIVATE KEY-----",
  "-----BEGIN ",
  "x-api-key: a",
  "AKIA",
  " ",
  "\n",
  "-",
])("stays quick on megabytes of %j", (unit) => {
  const text = unit.repeat(Math.ceil(2_000_000 / unit.length));
  const headers = [
    "",
    "-----BEGIN PRIVATE KEY-----",
    "sk-",
    "https://x",
    "eyJ",
    "authorization: basic ",
    "bearer 1",
  ];
  for (const header of headers)
    expect(known(header + text).length).toBeLessThanOrEqual(header.length + text.length);
});

it("masks a run of many megabytes whole", () => {
  expect(known(`sk-${"a".repeat(20_000_000)} end`)).toBe("*** end");
});
