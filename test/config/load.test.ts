import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../engine/config/defaults.ts";
import { loadConfig } from "../../engine/config/load.ts";
import { configJsonSchema } from "../../engine/config/schema.ts";

const load = (text: string) => {
  const loaded = loadConfig(text, "attractor.yml");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded;
};
const problems = (text: string) => {
  const loaded = loadConfig(text, "attractor.yml");
  if (loaded.ok) throw new Error("expected problems");
  return loaded.problems;
};

describe("loading a configuration", () => {
  it("an empty file, and none at all, mean the documented defaults", () => {
    // A run's first event holds a digest of the text.
    expect(JSON.stringify(load("").config)).toBe(JSON.stringify(defaultConfig()));
    expect(defaultConfig()).toMatchObject({
      version: 1,
      llm: { cli_profile: "real", force_models: {}, instructions: "base", providers: {} },
      runtime_policy: {
        stage_timeout_ms: 0,
        stall_timeout_ms: 1_800_000,
        stall_check_interval_ms: 5000,
        heartbeat_interval_ms: 10_000,
        max_llm_retries: 6,
      },
      git: {
        require_clean: true,
        run_branch_prefix: "attractor/run",
        commit_per_node: true,
        publish: "branch",
      },
      preflight: { prompt_probes: { enabled: false, max_usd: 0.25 } },
      budget: { usd: null, tokens: null, minutes: null, attempts: null, on_unknown: "block" },
    });
  });

  it("failover omitted, empty and listed stay three things, also through JSON", () => {
    const { config } = load(`llm:
  providers:
    a: { backend: api }
    b: { backend: api, failover: [] }
    c: { backend: api, failover: [a] }`);
    const kept = JSON.parse(JSON.stringify(config)).llm.providers;
    expect("failover" in kept.a).toBe(false);
    expect(kept.b.failover).toEqual([]);
    expect(kept.c.failover).toEqual(["a"]);
  });

  it("R-PRE-4: the reconciliation run's configuration is accepted as written, each unused key named with its line", () => {
    const { config, notes } = load(`{
  "version": 1,
  "repo": { "path": "/srv/fresh/repo" },
  "cxdb": {
    "binary_addr": "127.0.0.1:9009",
    "http_base_url": "http://127.0.0.1:9010"
  },
  "llm": { "providers": {
    "anthropic": { "backend": "cli" }, "google": { "backend": "cli" }, "openai": { "backend": "cli" } } },
  "modeldb": {
    "litellm_catalog_path": "/srv/prices.json",
    "litellm_catalog_update_policy": "pinned",
    "litellm_catalog_url": "https://example.org/prices.json",
    "litellm_catalog_fetch_timeout_ms": 5000
  },
  "git": { "require_clean": true, "run_branch_prefix": "attractor/run", "commit_per_node": true }
}`);
    expect(config.repo?.path).toBe("/srv/fresh/repo");
    expect(Object.keys(config.llm.providers)).toEqual(["anthropic", "google", "openai"]);
    expect(notes.map(({ path, line }) => [path, line])).toEqual([
      ["modeldb.litellm_catalog_path", 11],
      ["modeldb.litellm_catalog_update_policy", 12],
      ["modeldb.litellm_catalog_url", 13],
      ["modeldb.litellm_catalog_fetch_timeout_ms", 14],
    ]);
    expect(notes[0]!.message).toContain("not used");
  });

  it("R-PRE-4: an unknown key is an error with its line and the nearest name, all of them at once", () => {
    expect(
      problems(`version: 1
runtime_policy:
  stall_timeout: 5
llm:
  providers:
    ours: { backend: command, comand: x, command: y }
    kimi: { backend: api, api: { protocol: openai_responses, base_url: "https://a.example", api_key: K, api_key_env: K } }
budjet: {}`).map(({ line, column, message, fix }) => [line, column, message, fix]),
    ).toEqual([
      [6, 31, "unknown key llm.providers.ours.comand", "write command"],
      [7, 93, "unknown key llm.providers.kimi.api.api_key", "write api_key_env"],
      [3, 3, "unknown key runtime_policy.stall_timeout", "write stall_timeout_ms"],
      [8, 1, "unknown key budjet", "write budget"],
    ]);
  });

  it("R-GH-8: no setting opens the door to forks, and the error says what to do instead", () => {
    for (const value of ["true", "{ opt_in: true }"])
      expect(problems(`version: 1\nforks: ${value}\n`)).toMatchObject([
        { line: 2, message: "unknown key forks", fix: expect.stringContaining("push its branch here") },
      ]);
  });

  it("a key that is like none lists what is known there", () => {
    expect(problems("git: { colour: red }")[0]!.fix).toBe(
      "known here: require_clean, run_branch_prefix, commit_per_node, publish",
    );
  });

  it("a wrong value is told with its path and place", () => {
    expect(problems("git:\n  require_clean: often")).toMatchObject([
      { line: 2, column: 3, path: "git.require_clean" },
    ]);
    expect(problems("version: 2")[0]!.message).toBe(
      "version: this version reads configurations of version 1",
    );
  });

  it("an unknown kind of backend names those that there are", () => {
    expect(problems("llm: { providers: { x: { backend: carrier-pigeon } } }")).toMatchObject([
      {
        message: "llm.providers.x.backend: no such kind of backend in this version",
        fix: "write api, cli, acp or command",
      },
    ]);
  });

  it("takes a provider's own models, headers, login, and agents that speak a protocol", () => {
    const { config } = load(`sandbox: required
llm:
  cli_profile: test_shim
  force_models: { zai: glm-5.3 }
  providers:
    ours:
      backend: api
      api: { protocol: openai_chat_completions, base_url: "https://a.example/v1", api_key_env: K, headers: { x-team: t } }
      models:
        big: { input: 1, output: 2, cache_read: 0.1, tiers: [{ above: 1000, input: 2, output: 4 }], context: 9000 }
    anthropic: { backend: cli, auth: login }
    other: { backend: acp, command: some-agent --acp }`);
    expect(config.sandbox).toBe("required");
    expect(config.llm.force_models).toEqual({ zai: "glm-5.3" });
    expect(config.llm.providers.ours).toMatchObject({ models: { big: { input: 1, context: 9000 } } });
    expect(config.llm.providers.anthropic).toMatchObject({ auth: "login", pass_env: [] });
    expect(config.llm.providers.other).toMatchObject({ backend: "acp", auth: "key" });
  });

  it("R-PRE-4: unknown keys deep in a provider are told with the nearest name too", () => {
    const found = problems(`llm:
  force_model: { a: b }
  providers:
    a: { backend: acp, comand: x, command: y }
    b: { backend: api, models: { m: { inptu: 1, tiers: [{ above: 1, outptu: 2 }] } } }
    c: { backend: cli, auht: login }`);
    expect(found.map(({ message, fix }) => [message, fix]).sort()).toEqual([
      ["unknown key llm.force_model", "write force_models"],
      ["unknown key llm.providers.a.comand", "write command"],
      ["unknown key llm.providers.b.models.m.inptu", "write input"],
      ["unknown key llm.providers.b.models.m.tiers.0.outptu", "write output"],
      ["unknown key llm.providers.c.auht", "write auth"],
    ]);
  });

  it("a key in a header is refused, with the place where it belongs", () => {
    for (const name of ["Authorization", "x-api-key", "X-Goog-Api-Key"])
      expect(
        problems(`llm: { providers: { a: { backend: api, api: { headers: { ${name}: x } } } } }`),
      ).toMatchObject([{ message: expect.stringContaining("api_key_env") }]);
    expect(
      problems('llm: { providers: { a: { backend: api, api: { headers: { a: "x\\ny" } } } } }')[0]!.message,
    ).toContain("expected one line");
  });

  it("a provider's name is a plain word", () => {
    expect(problems("llm: { providers: { Kimi K2: { backend: api } } }")[0]!.message).toBe(
      "llm.providers.Kimi K2: expected lower-case letters, digits, - and _",
    );
  });

  it("broken YAML and repeated keys say where", () => {
    expect(problems("version: 1\ngit: {")).toMatchObject([{ line: 2 }]);
    expect(problems("version: 1\nversion: 1")).toMatchObject([{ line: 2, column: 1 }]);
  });

  it("aliases that multiply are refused, and __proto__ is an unknown key like any other", () => {
    const bomb = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
    for (let i = 1; i < 9; i++)
      bomb.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(",")}]`,
      );
    expect(problems(bomb.join("\n"))[0]!.message).toMatch(/alias/i);
    expect(problems('{"__proto__": {"version": 1}}')[0]!.message).toContain("__proto__");
    expect(({} as { version?: number }).version).toBeUndefined();
  });

  it("the job's own token cannot be passed to stages", () => {
    for (const name of ["GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"]) {
      expect(problems(`pass_env: [${name}]`)[0]!.message).toContain("never passed");
    }
    expect(load("pass_env: [NPM_TOKEN]").config.pass_env).toEqual(["NPM_TOKEN"]);
  });

  it("a branch prefix that would make a bad ref name is refused", () => {
    for (const prefix of ["/attractor", "a//b", "a/", "a..b", "a/.b", "a b", "x.lock", ""]) {
      expect(problems(JSON.stringify({ git: { run_branch_prefix: prefix } }))[0]!.path).toBe(
        "git.run_branch_prefix",
      );
    }
  });
});

describe("the published schema", () => {
  const published = JSON.parse(readFileSync("schemas/config.schema.json", "utf8"));

  it("is the program's own", () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  it("accepts and refuses what the program does", () => {
    const accepts = new Ajv2020({ strict: false, formats: { uri: true } }).compile(published);
    const texts = [
      "{}",
      '{"budget":{"usd":25}}',
      '{"llm":{"providers":{"x":{"backend":"command"}}}}',
      '{"git":{"x":1}}',
    ];
    for (const text of texts)
      expect([text, accepts(JSON.parse(text))]).toEqual([text, loadConfig(text, "f").ok]);
  });
});
