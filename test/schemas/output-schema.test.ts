/** What the commands print with --json keeps the schema that is published. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../cli/commands.ts";
import { OUTPUTS, outputJsonSchema } from "../../scripts/output-schemas.ts";
import { here } from "../local/here.ts";
import { folder, repository } from "../local/world.ts";

const FILE = new URL("../../schemas/output.schema.json", import.meta.url);
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(JSON.parse(readFileSync(FILE, "utf8")), "outputs");

const problemsOf = (command: string, text: string): unknown => {
  const validate = ajv.getSchema(`outputs#/$defs/${command}`)!;
  return validate(JSON.parse(text)) ? [] : validate.errors;
};

describe("--json", () => {
  it("the published schema is what the source says (else run: npm run docs)", () => {
    expect(JSON.parse(readFileSync(FILE, "utf8"))).toEqual(JSON.parse(JSON.stringify(outputJsonSchema())));
  });

  it("each command keeps its schema, and one that did not would be seen", async () => {
    const repo = repository();
    const root = join(folder(), "run");
    const calls: Readonly<Record<string, readonly string[]>> = {
      validate: ["validate", "hello", "--json"],
      new: ["new", "--json"],
      run: [
        "run",
        "quickstart",
        "--simulate",
        "--auto-approve",
        "--workdir",
        repo,
        "--logs-root",
        root,
        "--json",
      ],
      status: ["status", root, "--json"],
      list: ["list", "--workdir", repo, "--json"],
      prune: ["prune", "--workdir", repo, "--json"],
      preflight: ["preflight", "hello", "--json"],
      plan: ["plan", "quickstart", "--json"],
      doctor: ["doctor", repo, "--json"],
      models: ["models", "--json"],
    };
    for (const [command, args] of Object.entries(calls)) {
      const { out, err } = await here(...args);
      expect(out, `${command}: ${err}`).toMatch(/^\{/);
      expect(problemsOf(command, out), command).toEqual([]);
    }
    expect(problemsOf("validate", '{"diagnostics": [{"rule": 1}]}')).not.toEqual([]);
  }, 120_000);

  it("each command that knows --json has a schema here or of its own", async () => {
    const without: string[] = [];
    for (const { name } of COMMANDS) {
      const { out } = await here(name, "--help");
      if (/--json\b/.test(out) && !(name in OUTPUTS) && name !== "diagnose" && name !== "report")
        without.push(name);
    }
    expect(without).toEqual([]);
  });

  it("a run that is steered, answered, resumed, forked, compared, read and stopped prints it by its schema", async () => {
    const repo = repository();
    const [root, again, waits] = [join(folder(), "run"), join(folder(), "again"), join(folder(), "waits")];
    const begin = (to: string) =>
      here("run", "quickstart", "--simulate", "--workdir", repo, "--logs-root", to, "--json");
    const gate = (text: string): string => JSON.parse(text).gates[0].gate;
    const asked = gate((await begin(root)).out);
    await begin(waits);
    const calls: readonly (readonly string[])[] = [
      ["steer", root, "repair", "be brief"],
      ["answer", root, asked, "Publish"],
      ["resume", root],
      ["fork", root, "check@1", "--logs-root", again],
      ["diff", root, again],
      ["logs", root, "check@1"],
      ["stop", waits],
    ];
    for (const [command = "", ...args] of calls) {
      const { out, err } = await here(command, ...args, "--json");
      expect(out, `${command}: ${err}`).toMatch(/^\{/);
      expect(problemsOf(command, out), command).toEqual([]);
    }
    const events = (await here("logs", root, "--json")).out.trimEnd().split("\n");
    expect(JSON.parse(events[0]!)).toMatchObject({ event: "run_started" });
  }, 120_000);

  it("a run that waits prints where it is", async () => {
    const root = join(folder(), "run");
    const { code, out } = await here(
      "run",
      "human-gate",
      "--workdir",
      repository(),
      "--logs-root",
      root,
      "--json",
    );
    expect(code).toBe(4);
    expect(problemsOf("run", out)).toEqual([]);
  });
});
