import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import { describe, expect, it } from "vitest";
import { redactDeep, redactor } from "../../engine/redact/redact.ts";

const known = redactor([]);

/** The same letters on every run. */
function letters(seed: number, length: number, from: string): string {
  let at = seed;
  return Array.from({ length }, () => {
    at = (at * 1103515245 + 12345) % 2 ** 31;
    return from[Math.floor((at / 2 ** 31) * from.length)]!;
  }).join("");
}
const SMALL = "abcdefghijklmnopqrstuvwxyz";
const ALNUM = `${SMALL}${SMALL.toUpperCase()}0123456789`;
const HEX = "0123456789abcdef";
const BASE64 = `${ALNUM}+/`;
const URLSAFE = `${ALNUM}_-`;

/** What each issuer hands out, by its documentation; the values are made up. */
const SHAPES: Readonly<Record<string, (seed: number) => string>> = {
  "GitHub, classic": (n) => `ghp_${letters(n, 36, ALNUM)}`,
  "GitHub, installation": (n) => `ghs_${letters(n, 36, ALNUM)}`,
  "GitHub, fine-grained": (n) => `github_pat_${letters(n, 22, ALNUM)}_${letters(n + 1, 59, ALNUM)}`,
  Anthropic: (n) => `sk-ant-api03-${letters(n, 93, URLSAFE)}AA`,
  OpenAI: (n) => `sk-proj-${letters(n, 74, URLSAFE)}T3BlbkFJ${letters(n + 1, 74, URLSAFE)}`,
  "OpenAI, old": (n) => `sk-${letters(n, 20, ALNUM)}T3BlbkFJ${letters(n + 1, 20, ALNUM)}`,
  Moonshot: (n) => `sk-${letters(n, 48, ALNUM)}`,
  OpenRouter: (n) => `sk-or-v1-${letters(n, 64, HEX)}`,
  "Z.ai": (n) => `${letters(n, 32, HEX)}.${letters(n + 1, 16, ALNUM)}`,
  Google: (n) => `AIza${letters(n, 35, URLSAFE)}`,
  "Google, access": (n) => `ya29.${letters(n, 120, URLSAFE)}`,
  "Google, client": (n) => `GOCSPX-${letters(n, 28, URLSAFE)}`,
  xAI: (n) => `xai-${letters(n, 80, ALNUM)}`,
  Groq: (n) => `gsk_${letters(n, 52, ALNUM)}`,
  Perplexity: (n) => `pplx-${letters(n, 48, ALNUM)}`,
  "Hugging Face": (n) => `hf_${letters(n, 34, ALNUM)}`,
  Replicate: (n) => `r8_${letters(n, 37, ALNUM)}`,
  "AWS, key id": (n) => `AKIA${letters(n, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
  "Azure, storage": (n) => `AccountKey=${letters(n, 86, BASE64)}==`,
  "Azure, application": (n) => `${letters(n, 3, ALNUM)}8Q~${letters(n + 1, 34, ALNUM)}`,
  Stripe: (n) => `sk_live_${letters(n, 24, ALNUM)}`,
  "Stripe, restricted": (n) => `rk_test_${letters(n, 99, ALNUM)}`,
  npm: (n) => `npm_${letters(n, 36, ALNUM)}`,
  PyPI: (n) => `pypi-AgEIcHlwaS5vcmc${letters(n, 150, URLSAFE)}`,
  Docker: (n) => `dckr_pat_${letters(n, 27, URLSAFE)}`,
  GitLab: (n) => `glpat-${letters(n, 20, ALNUM)}`,
  Slack: (n) => `xoxb-${letters(n, 12, "0123456789")}-${letters(n + 1, 24, ALNUM)}`,
  "Slack, hook": (n) =>
    `https://hooks.slack.com/services/T${letters(n, 8, "ABCDEF012")}/B${letters(n, 8, "ABCDEF012")}/${letters(n + 1, 24, ALNUM)}`,
  Telegram: (n) => `${letters(n, 10, "123456789")}:AA${letters(n + 1, 33, URLSAFE)}`,
  SendGrid: (n) => `SG.${letters(n, 22, URLSAFE)}.${letters(n + 1, 43, URLSAFE)}`,
  DigitalOcean: (n) => `dop_v1_${letters(n, 64, HEX)}`,
  Shopify: (n) => `shpat_${letters(n, 32, HEX)}`,
  Vault: (n) => `hvs.${letters(n, 95, URLSAFE)}`,
  "Vault, batch": (n) => `hvb.${letters(n, 140, URLSAFE)}`,
  "GitHub, installation with a web token": (n) =>
    `ghs_${letters(n, 7, "123456789")}_${letters(n, 36, URLSAFE)}.${letters(n + 1, 90, URLSAFE)}.${letters(n + 2, 43, ALNUM)}`,
  Grafana: (n) => `glsa_${letters(n, 32, ALNUM)}_${letters(n + 1, 8, HEX)}`,
  Vercel: (n) => `vcp_${letters(n, 40, ALNUM)}`,
  Databricks: (n) => `dapi${letters(n, 32, HEX)}`,
  Figma: (n) => `figd_${letters(n, 40, URLSAFE)}`,
  Cloudflare: (n) => `cfut_${letters(n, 40, ALNUM)}${letters(n + 1, 8, HEX)}`,
  Tailscale: (n) => `tskey-auth-${letters(n, 16, ALNUM)}-${letters(n + 1, 32, ALNUM)}`,
  Linear: (n) => `lin_api_${letters(n, 40, ALNUM)}`,
  Notion: (n) => `ntn_${letters(n, 11, "0123456789")}${letters(n + 1, 35, ALNUM)}`,
  "Slack, app": (n) =>
    `xapp-1-A${letters(n, 10, "0123456789ABCDEF")}-${letters(n + 1, 13, "0123456789")}-${letters(n + 2, 64, HEX)}`,
  "1Password, service account": (n) =>
    `ops_${Buffer.from(
      JSON.stringify({
        signInAddress: "my.1password.com",
        userAuth: {
          method: "SRPg-4096",
          alg: "PBES2g-HS256",
          iterations: 650_000,
          salt: letters(n, 22, URLSAFE),
        },
        email: `${letters(n, 12, SMALL)}@1passwordserviceaccounts.com`,
        srpX: letters(n + 1, 64, HEX),
        muk: {
          alg: "A256GCM",
          ext: true,
          k: letters(n + 2, 43, URLSAFE),
          key_ops: ["encrypt", "decrypt"],
          kty: "oct",
          kid: "mp",
        },
        secretKey: `A3-${letters(n + 3, 6, "ABCDEFGHJKLMNPQRSTVWXYZ23456789")}-${letters(n + 4, 26, "ABCDEFGHJKLMNPQRSTVWXYZ23456789")}`,
      }),
    ).toString("base64url")}`,
  age: (n) => `AGE-SECRET-KEY-1${letters(n, 58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")}`,
  "JSON web token": (n) =>
    `eyJ${letters(n, 33, ALNUM)}.eyJ${letters(n + 1, 90, URLSAFE)}.${letters(n + 2, 43, URLSAFE)}`,
  "private key": (n) =>
    `-----BEGIN EC PRIVATE KEY-----\n${letters(n, 64, BASE64)}\n${letters(n + 1, 64, BASE64)}\n-----END EC PRIVATE KEY-----`,
};

/** Where a stage lets it slip. */
const PLACES: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => `using key ${secret} for this run`,
  (secret) => `export KEY=${secret}`,
  (secret) => `key: "${secret}",`,
  (secret) => JSON.stringify({ env: { KEY: secret } }),
  (secret) => `2026-11-30T12:00:01Z [debug] (${secret})`,
  (secret) => `curl -H 'x-key: ${secret}' https://example.org/`,
  (secret) => `\u001b[31m${secret}\u001b[0m`,
  (secret) => `before\n${secret}\nafter`,
];

describe("R-SEC-4: shapes that are secrets anywhere", () => {
  it.each(Object.entries(SHAPES))("%s: not one is missed, wherever it stands", (_, make) => {
    for (let n = 1; n <= 20; n++) {
      const secret = make(n * 7919);
      // Its last letters are the secret part of every shape here.
      const tail = secret.replace(/\s?-----END.*$/s, "").slice(-12);
      for (const place of PLACES) expect(known(place(secret))).not.toContain(tail);
    }
  });

  it("the end of a private key alone is masked: its beginning may lie before what was kept", () => {
    const lines = [1, 2, 3].map((n) => letters(n, 64, BASE64)).join("\n");
    expect(known(`said:\n${lines}\n-----END PRIVATE KEY-----\nnext`)).toBe("said:\n***\nnext");
  });

  it("a name that says so makes a long mixed value one", () => {
    const value = letters(5, 40, BASE64.replace("/", ""));
    for (const text of [`aws_secret_access_key = ${value}`, `"token": "${value}"`, `PASSWORD=${value}`])
      expect(known(text)).not.toContain(value.slice(8));
    for (const text of [
      "token: required",
      "secret=***",
      "password: see docs/secrets.md for it",
      "tokens: 123456789",
    ])
      expect(known(text)).toBe(text);
  });
});

/** What another program takes for secrets; that a line in a comment switches it off must not decide here. */
async function secondOpinion(content: string): Promise<readonly string[]> {
  const { messages } = await lintSource({
    source: { filePath: "/output.txt", content, ext: ".txt", contentType: "text" },
    options: { config: { rules: [{ id: "preset", rule: creator, options: {} }] } },
  });
  return messages.map(({ ruleId, range: [from, to] }) => `${ruleId}: ${content.slice(from, to)}`);
}

describe("R-SEC-4: the second opinion of secretlint", () => {
  const texts = Object.values(SHAPES).flatMap((make) =>
    [1, 2, 3].flatMap((n) => PLACES.map((place) => place(make(n * 104_729)))),
  );
  const logins = [
    "postgres://user:aQ3xYz91kLmN0p@db.corp.example:5432/main",
    "mongodb+srv://admin:aQ3xYz91kLmN0p@cluster0.corp.example/main",
    "mysql://root:aQ3xYz91kLmN0p@db.corp.example/main",
    "https://builder:aQ3xYz91kLmN0p@registry.corp.example/v2",
    "//registry.npmjs.org/:_authToken=aQ3xYz91-kLmN-0p12-3456-789012345678",
  ];

  it("it finds most of the corpus before, and nothing after", async () => {
    const whole = [...texts, ...logins].join("\n");
    const before = await secondOpinion(whole);
    expect(new Set(before.map((line) => /rule-([\w-]+)/.exec(line)?.[1])).size).toBeGreaterThanOrEqual(20);
    expect(await secondOpinion(known(whole))).toEqual([]);
  });
});

describe("R-SEC-4: values that are known", () => {
  const secret = 'q7#"/\\w+ 42é';
  const mask = redactor([secret]);
  const spelled = [
    secret,
    JSON.stringify(secret),
    encodeURIComponent(secret),
    ...["", "x", "xy"].map((before) => Buffer.from(`${before}${secret}`).toString("base64")),
    ...["", "x", "xy"].map((before) => Buffer.from(`${before}${secret}`).toString("base64url")),
  ];

  it.each(spelled)("%s", (text) => {
    expect(mask(`<${text}>`)).toMatch(/^<.{0,8}\*{3}.{0,8}>$/);
  });

  it("from eight characters on: shorter ones would blank words", () => {
    expect(redactor(["abcdefg"])("abcdefg")).toBe("abcdefg");
    expect(redactor(["abcdefgh"])("abcdefgh")).toBe("***");
  });

  it("in data the values are masked, and never what holds them", () => {
    const data = {
      [secret]: secret,
      list: [secret, 1, null],
      key: `-----BEGIN PRIVATE KEY-----\n${letters(1, 64, BASE64)}`,
    };
    const out = redactDeep(data, mask);
    expect(out).toEqual({ [secret]: "***", list: ["***", 1, null], key: "***" });
    expect(JSON.parse(JSON.stringify(out))).toEqual(out);
  });
});

describe("R-SEC-4: ten thousand lines of real build output", () => {
  const file = new URL("../fixtures/redact/build-output.txt.gz", import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n");

  it("hold no secret, and fewer than one line in two thousand is taken for one", () => {
    expect(lines).toHaveLength(10_000);
    const alarms = lines.filter((line) => known(line) !== line);
    expect(alarms.length, alarms.slice(0, 10).join("\n")).toBeLessThanOrEqual(5);
  });
});
