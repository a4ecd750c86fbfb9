import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runModels } from "../../../cli/models.ts";
import { buildCatalog, catalogText, digestOfModels } from "../../../engine/agents/catalog/build.ts";
import { CATALOG, type Catalog } from "../../../engine/agents/catalog/catalog.ts";
import { diffCatalogs } from "../../../engine/agents/catalog/diff.ts";
import { findModel, nearestModel, providersOf } from "../../../engine/agents/catalog/find.ts";
import { called } from "../../called.ts";
import { packed } from "./packed.ts";

const found = (provider: string, name: string) => findModel(provider, name)?.id ?? null;

describe("the pinned catalog", () => {
  it("R-AGENT-19: says where it is from, of which day, and its digest is that of what it holds", () => {
    expect(CATALOG.source).toBe("npm:@earendil-works/pi-ai");
    expect(CATALOG.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(CATALOG.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(CATALOG.digest).toBe(digestOfModels(CATALOG.providers));
    expect(Object.keys(CATALOG.providers)).toEqual([
      "anthropic",
      "openai",
      "google",
      "kimi",
      "zai",
      "copilot",
    ]);
    const file = new URL("../../../engine/agents/catalog/models.json", import.meta.url);
    expect(readFileSync(file, "utf8")).toBe(catalogText(CATALOG));
  });

  it("R-PRE-1: keeps retired models that seeds and shipped graphs name, with their price", () => {
    for (const [provider, name] of [
      ["kimi", "kimi-k2.5"],
      ["zai", "glm-4.7"],
      ["google", "gemini-3-pro-preview"],
      ["openai", "gpt-5.3-codex"],
      ["openai", "gpt-5.2"],
      ["anthropic", "claude-opus-4.6"],
    ] as const) {
      expect(findModel(provider, name)?.model.input, name).toBeGreaterThan(0);
    }
    expect(findModel("kimi", "kimi-k2.5")?.model.retired).toBeDefined();
  });

  it("knows a model by the spellings that people and CLIs use", () => {
    expect(found("anthropic", "claude-opus-4.6")).toBe("claude-opus-4-6");
    expect(found("anthropic", "claude-sonnet-4.5")).toBe("claude-sonnet-4-5");
    expect(found("anthropic", "anthropic/claude-sonnet-4.5")).toBe("claude-sonnet-4-5");
    expect(found("anthropic", "claude-opus-4-6-20260101")).toBe("claude-opus-4-6");
    expect(found("anthropic", "claude-3-5-haiku-latest")).toBe("claude-3-5-haiku");
    expect(found("anthropic", "claude-sonnet-4")).toBe("claude-sonnet-4-0");
    expect(found("anthropic", "opus")).toBe("claude-opus-5-5");
    expect(found("anthropic", "haiku")).toBe("claude-haiku-5-5");
    expect(found("copilot", "claude-opus-5-5")).toBe("claude-opus-5.5");
    expect(found("gemini", "gemini-2.5-pro")).toBe("gemini-2.5-pro");
    expect(found("moonshotai", "kimi-k2.5")).toBe("kimi-k2.5");
    expect(found("google", "gemini-3-pro")).toBeNull();
    expect(found("openai", "__proto__")).toBeNull();
  });

  it("names what was probably meant", () => {
    const models = CATALOG.providers;
    expect(nearestModel("gemini-3-pro", models.google!)).toBe("gemini-3-pro-preview");
    expect(nearestModel("glm4.7", models.zai!)).toBe("glm-4.7");
    expect(nearestModel("claude-opus-5.6", models.anthropic!)).toMatch(/^claude-opus-5/);
    expect(nearestModel("nothing like it at all, and long", models.zai!)).toBeNull();
  });

  it("finds who serves a model, Copilot's resale included", () => {
    expect(providersOf("glm-4.7")).toEqual(["zai"]);
    expect(providersOf("claude-opus-5")).toEqual(["anthropic", "copilot"]);
    expect(providersOf("nothing")).toEqual([]);
  });

  it("takes levels of effort only where the source says that the model does", () => {
    expect(findModel("anthropic", "claude-opus-5-5")?.model.efforts).toEqual([
      "low",
      "medium",
      "high",
      "xhigh",
      "max",
    ]);
    expect(findModel("openai", "gpt-5-pro")?.model.efforts).toEqual(["high"]);
    expect(findModel("openai", "gpt-4.1")?.model.efforts).toBeUndefined();
    expect(findModel("kimi", "kimi-k2.6")?.model.efforts).toBeUndefined();
  });
});

const chat = (id: string, cost: object, more = {}) => ({
  [`chat:${id}`]: { id, type: "chat", cost, ...more },
});
const SOURCE = {
  anthropic: {
    "anthropic-messages": chat(
      "claude-x",
      { input: 4, output: 8, cacheRead: 1, cacheWrite: 5 },
      { promptCache: { long: 3600 } },
    ),
  },
  openai: {
    "openai-decisions": {
      "classifier:judge": { id: "judge", type: "classifier", cost: { input: 1, output: 0 } },
    },
    "openai-responses": chat("gpt-x", { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }),
  },
};

function built(before: Catalog | null, version = "2.0.0"): Catalog {
  const read = (file: string) => JSON.stringify(SOURCE[file as keyof typeof SOURCE] ?? {});
  return buildCatalog({ name: "npm:there", version, date: "2026-12-01", read }, before, "2026-12-02");
}

describe("its renewal", () => {
  it("takes rates as they are, the hour from Anthropic's rule, and no price for a price of nothing", () => {
    const { providers } = built(null);
    expect(providers.anthropic).toEqual({
      "claude-x": { input: 4, output: 8, cache_read: 1, cache_write: 5, cache_write_1h: 8 },
    });
    expect(providers.openai).toEqual({ "gpt-x": {} });
  });

  it("R-AGENT-19: keeps what the source has dropped, from that day as retired, and the diff says it", () => {
    const first = built(null);
    const more = {
      ...first,
      providers: {
        ...first.providers,
        zai: { old: { input: 1, output: 2 }, older: { retired: "2020-01-01" } },
      },
    };
    const second = built(more);
    expect(second.providers.zai).toEqual({
      old: { input: 1, output: 2, retired: "2026-12-02" },
      older: { retired: "2020-01-01" },
    });
    const cheaper = {
      ...first,
      providers: { anthropic: { "claude-x": { input: 1, output: 8 }, "claude-z": {} } },
    };
    expect(diffCatalogs(more, second)).toEqual(["- zai/old  retired 2026-12-02, its price is kept"]);
    expect(diffCatalogs(cheaper, first)).toEqual([
      "~ anthropic/claude-x  input 1 -> 4, cache_read none -> 1, cache_write none -> 5, cache_write_1h none -> 8",
      "- anthropic/claude-z",
      "+ openai/gpt-x  price unknown",
    ]);
  });

  const told = (...args: string[]) => called(runModels, ...args);

  it("R-AGENT-19: `attractor models update` shows the difference and writes a file that reads back the same", async () => {
    const folder = mkdtempSync(join(tmpdir(), "models-"));
    const tarball = await packed(folder, SOURCE, "9.9.9");
    const out = join(folder, "models.json");
    const dry = await told("update", "--from", tarball, "--out", out, "--dry-run");
    expect(dry.err).toBe("");
    expect(dry.out).toContain("+ anthropic/claude-x  $4 in, $8 out a million tokens");
    expect(dry.out).toContain("- zai/glm-4.7  retired");
    expect(dry.out).toContain(`${CATALOG.version} -> npm:@earendil-works/pi-ai 9.9.9 (2026-12-01)`);
    expect(() => readFileSync(out)).toThrow();
    expect((await told("update", "--from", tarball, "--out", out)).code).toBe(0);
    const written = JSON.parse(readFileSync(out, "utf8")) as Catalog;
    expect(written.digest).toBe(digestOfModels(written.providers));
    expect(written.providers.zai!["glm-4.7"]!.input).toBe(0.6);
  });

  it("a source that was changed on its way, or is another package, is refused with a fix", async () => {
    const folder = mkdtempSync(join(tmpdir(), "models-"));
    const tarball = await packed(folder, SOURCE, "9.9.9", { "anthropic.json": "0".repeat(64) });
    const { code, err } = await told("update", "--from", tarball, "--dry-run");
    expect(code).toBe(2);
    expect(err).toContain("anthropic.json is not what its manifest says");
    expect(err).toContain("--from 1.6.0");
  });

  it("`attractor models` lists a provider's models with their prices, and knows what it does not cover", async () => {
    const { out } = await told("zai");
    expect(out).toMatch(/glm-4\.7 +\$0\.6 in, \$2\.2 out, 205k context/);
    expect(out).toContain(CATALOG.version);
    const all = JSON.parse((await told("--json")).out) as Catalog;
    expect(all.providers).toEqual(CATALOG.providers);
    expect((await told("nobody")).err).toContain("it covers anthropic, openai, google, kimi, zai, copilot");
  });
});
