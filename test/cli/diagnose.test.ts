/** `attractor diagnose`: the cause first, then what to do; the same for programs by the published schema. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import type { Diagnosis } from "../../engine/diagnose/diagnosis.ts";
import { diagnosisJsonSchema } from "../../engine/diagnose/schema.ts";
import { newRunRoot } from "../../engine/local/folder.ts";
import { minuteHere } from "../../engine/report/units.ts";
import { writeIncident } from "../diagnose/incident/write.ts";
import { here } from "../local/here.ts";
import { cli, folder, graph, ran, repository, tool } from "../local/world.ts";

const published = JSON.parse(
  readFileSync(new URL("../../schemas/diagnosis.schema.json", import.meta.url), "utf8"),
);

it("R-OBS-2: the published schema is what the program means (else run: npm run docs)", () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(diagnosisJsonSchema())));
});

it("R-OBS-2: the incident for a person: that it never ended, why, what to do, and where each was seen", async () => {
  const root = folder();
  writeIncident(root);
  const { code, out } = await here("diagnose", root);
  expect(code).toBe(1);
  const [head, why, todo, found] = out.split("\n\n");
  expect(head).toBe(
    `01KH3DN4STSZ3MVKB58YY6RE57 never ended\n  started ${minuteHere("2026-02-10T09:22:03.948370657Z")}, 7 h 48 m to its last line, $7.88421675 known, incomplete, a run of Kilroy`,
  );
  expect(why).toMatch(/^why:\n {2}- the run never ended: it stopped in fanout\n {2}- the branches of fanout/);
  expect(todo).toMatch(/^what to do now:\n {2}- start the graph again with `attractor run graph.dot`/);
  expect(found).toContain("✗ NO_TERMINAL_RECORD\n    the run never ended: it stopped in fanout\n");
  expect(found).toContain("    at progress.ndjson:39737\n");
  for (const line of out.split("\n").filter((one) => !one.includes(" at ") && !one.startsWith("  started")))
    expect(line.length, line).toBeLessThanOrEqual(100);

  const json = await here("diagnose", join(root, "progress.ndjson"), "--json");
  const said = JSON.parse(json.out) as Diagnosis;
  const valid = new Ajv2020({ strict: false }).compile(published);
  expect(valid(said) || valid.errors).toBe(true);
  expect(said).toMatchObject({ run_id: "01KH3DN4STSZ3MVKB58YY6RE57", status: "no_end" });
});

it("R-OBS-2, R-GH-13: a run by its id, its failure in its own words first, secrets masked", async () => {
  const repo = repository();
  const failing = tool(
    "build",
    "echo 'cannot find ./level-3.js, key ghp_0123456789abcdefghij0123456789abcdef' >&2; exit 2",
  );
  await ran(graph(`${failing}; s -> build; build -> e [condition="outcome=success"]`), {
    workdir: repo,
    runId: "one",
    logsRoot: await newRunRoot(repo, "one"),
  });
  const { code, out } = cli(repo, "diagnose", "--run-id", "one");
  expect(code).toBe(1);
  expect(out).toMatch(/^one failed\n/);
  expect(out).toMatch(/why:\n {2}- build failed: .*cannot find \.\/level-3\.js/);
  // Without a finding the class of the failure says what to do.
  expect(out).toContain("what to do now:\n  - Fix what it says, then resume. What succeeded stays done.\n");
  expect(out).toContain("found: nothing unusual");
  expect(out).not.toContain("ghp_0123456789");
  expect(cli(repo, "diagnose", "two")).toMatchObject({ code: 2 });
});

it("a success has nothing to explain", async () => {
  const { root } = await ran(graph(`${tool("a", "true")}; s -> a -> e`));
  const { code, out } = await here("diagnose", root);
  expect([code, out]).toEqual([0, expect.stringMatching(/^\S+ succeeded\n.*\n\nfound: nothing unusual\n$/)]);
});
