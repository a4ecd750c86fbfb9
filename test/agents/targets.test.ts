import { describe, expect, it } from "vitest";
import { findModel } from "../../engine/agents/catalog/find.ts";
import { DEFAULT_MODELS } from "../../engine/agents/catalog/served.ts";
import { targetsOf } from "../../engine/agents/targets.ts";
import { loadConfig } from "../../engine/config/load.ts";
import { prepare } from "../../engine/graph/prepare.ts";

function targets(llm: object, attrs = "", more = "", escalated = 0) {
  const loaded = loadConfig(JSON.stringify({ llm }), "config");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { pipeline, diagnostics } = prepare(
    `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; it [prompt=x ${attrs}]; ${more} start -> it -> exit }`,
  );
  if (pipeline === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return targetsOf(pipeline.stages.get("it")!, pipeline, loaded.config, escalated);
}
const said = (...args: Parameters<typeof targets>) => {
  const found = targets(...args);
  if (!found.ok) return found.problem;
  const { first, failover } = found;
  return [first, ...failover].map(({ provider, model, source }) => `${provider} ${model} ${source}`);
};

const api = (more: object = {}) => ({ backend: "api", ...more });
const cli = (more: object = {}) => ({ backend: "cli", ...more });
const zai = ', llm_provider=zai, llm_model="glm-4.7"';

describe("who is asked", () => {
  it("the provider that the node names, with its model as that provider spells it", () => {
    const providers = { anthropic: api({ failover: [] }), zai: api() };
    expect(said({ providers }, ', llm_provider=anthropic, llm_model="claude-opus-4.6"')).toEqual([
      "anthropic claude-opus-4-6 graph_attrs",
    ]);
    expect(said({ providers }, ', llm_provider=anthropic, llm_model="anthropic/opus"')).toEqual([
      "anthropic claude-opus-5-5 graph_attrs",
    ]);
  });

  it("a CLI keeps its own short word, and may choose by itself", () => {
    const providers = { anthropic: cli({ failover: [] }) };
    expect(said({ providers }, ", llm_model=opus")).toEqual(["anthropic opus only_provider"]);
    expect(said({ providers }, ', llm_model="claude-opus-4.6"')).toEqual([
      "anthropic claude-opus-4-6 only_provider",
    ]);
    expect(said({ providers })).toEqual(["anthropic null only_provider"]);
  });

  it("the one that has the model, when the node names none", () => {
    const providers = { anthropic: api({ failover: [] }), zai: api({ failover: [] }) };
    expect(said({ providers }, ', llm_model="glm-4.7"')).toEqual(["zai glm-4.7 catalog"]);
    const ours = api({
      failover: [],
      api: { base_url: "https://a.example" },
      models: { "glm-4.7": { input: 1 } },
    });
    expect(said({ providers: { ...providers, ours } }, ', llm_model="glm-4.7"')).toContain(
      "add llm_provider=zai (or another of zai, ours)",
    );
    expect(said({ providers }, ", llm_model=nobody")).toContain("add llm_provider=anthropic");
    expect(said({ providers: {} })).toContain("declares none under llm.providers");
    expect(said({ providers }, ", llm_provider=kimi")).toContain(
      "add llm.providers.kimi (declared: anthropic, zai)",
    );
  });

  it("R-AGENT-11: force_models wins over the node, and says so", () => {
    const providers = { zai: api({ failover: [] }), kimi: api() };
    const force_models = { zai: "glm-5.3" };
    expect(said({ providers, force_models }, zai)).toEqual(["zai glm-5.3 force_model"]);
    expect(
      said(
        { providers: { zai: api(), kimi: api({ failover: ["zai"] }) }, force_models },
        ", llm_provider=kimi",
      ),
    ).toEqual(["kimi kimi-for-coding graph_attrs", "zai glm-5.3 failover"]);
  });

  it("an API that is told no model gets the usual one of its provider", () => {
    expect(said({ providers: { openai: api() } })).toEqual([`openai ${DEFAULT_MODELS.openai} only_provider`]);
    for (const [provider, model] of Object.entries(DEFAULT_MODELS)) {
      expect(findModel(provider, model)?.model.retired, model).toBeUndefined();
      expect(findModel(provider, model)?.model.input, model).toBeGreaterThan(0);
    }
  });
});

describe("who is asked after that", () => {
  it("R-AGENT-6: omitted is the built-in order among declared providers, none that is not declared", () => {
    const providers = { zai: api(), ours: api(), copilot: cli(), google: api(), anthropic: cli() };
    expect(said({ providers }, zai)).toEqual([
      "zai glm-4.7 graph_attrs",
      "anthropic null failover",
      "google gemini-4-argon failover",
    ]);
    expect(said({ providers: { zai: api() } }, zai)).toEqual(["zai glm-4.7 graph_attrs"]);
  });

  it("R-AGENT-6: an empty list is none, and known as that; a list is exactly that, declared ones only", () => {
    const pinned = targets({ providers: { zai: api({ failover: [] }), openai: api() } }, zai);
    expect(pinned).toMatchObject({ ok: true, failover: [], pinned: true });
    const listed = {
      zai: api({ failover: ["ours", "nobody", "zai", "openai", "ours"] }),
      openai: api(),
      ours: { backend: "command", command: "x" },
    };
    expect(said({ providers: listed }, zai)).toEqual([
      "zai glm-4.7 graph_attrs",
      "ours null failover",
      `openai ${DEFAULT_MODELS.openai} failover`,
    ]);
    expect(targets({ providers: listed }, zai)).toMatchObject({ pinned: false });
  });

  it("R-AGENT-6: the next one's model is what the graph asks of it, else its usual one; its own list is not followed", () => {
    const providers = { kimi: api({ failover: ["zai"] }), zai: api({ failover: ["kimi"] }) };
    const kimi = ', llm_provider=kimi, llm_model="kimi-k2.5"';
    expect(said({ providers }, kimi)).toEqual(["kimi kimi-k2.5 graph_attrs", "zai glm-4.7 failover"]);
    const more = 'check [prompt=y, llm_provider=zai, llm_model="glm-5.3"]; it -> check -> exit;';
    expect(said({ providers }, kimi, more)).toEqual(["kimi kimi-k2.5 graph_attrs", "zai glm-5.3 failover"]);
  });

  it("R-AGENT-9: a stage that is out of budget climbs its list, and stays on the last", () => {
    const providers = { zai: api({ failover: [] }), openai: api({ failover: [] }) };
    const attrs = `${zai}, escalation_models="zai:glm-5.3, openai:gpt-5.2"`;
    expect(said({ providers }, attrs, "", 1)).toEqual(["zai glm-5.3 escalation"]);
    expect(said({ providers }, attrs, "", 2)).toEqual(["openai gpt-5.2 escalation"]);
    expect(said({ providers }, attrs, "", 3)).toEqual(["openai gpt-5.2 escalation"]);
    expect(said({ providers: { zai: api() } }, attrs, "", 2)).toContain("add llm.providers.openai");
  });
});
