import { describe, expect, it } from "vitest";
import { checkAnswer } from "../../box/http/check.ts";
import { operationIds, webhookNames } from "../../box/openapi/selection.ts";
import { slice } from "../../box/openapi/slice.ts";
import { problems } from "../../box/openapi/validate.ts";
import { refusal, town } from "./support/town.ts";

describe("the slice of GitHub's description", () => {
  it("holds exactly what is selected, from a named version", () => {
    expect(slice.version).toBe("23.0.2");
    expect(Object.keys(slice.operations)).toEqual([...operationIds]);
    expect(Object.keys(slice.webhooks)).toEqual([...webhookNames]);
  });

  it("compiles in every part", () => {
    for (const { body, responses } of Object.values(slice.operations)) {
      if (body !== undefined) problems(body.schema, {});
      for (const schema of Object.values(responses)) if (schema !== null) problems(schema, {});
    }
    for (const schema of Object.values(slice.webhooks)) expect(problems(schema, 1)).not.toEqual([]);
  });
});

describe("a request outside the description", () => {
  it("is refused as GitHub does, and fails the test that made it", async () => {
    const { box, bob, as, at } = await town();
    const dispatch = { ...at, workflow_id: "hop.yml", ref: "main" };
    const inputs = Object.fromEntries(Array.from({ length: 26 }, (_, n) => [`i${n}`, "x"]));
    const refused = await refusal(as(bob).rest.actions.createWorkflowDispatch({ ...dispatch, inputs }));
    expect(refused.status).toBe(422);
    expect(refused.message).toMatch(/inputs must NOT have more than 25/);
    expect(() => box.assertClean()).toThrow(/create-workflow-dispatch.*25/);
    expect(box.takeViolations()).toHaveLength(1);
    box.assertClean();
  });

  it("is refused though GitHub would ignore it: a misspelt property, a query nobody reads, a body where none belongs", async () => {
    const { box, bob, as, at, main } = await town();
    const me = as(bob);
    const misspelt = me.request("POST /repos/{owner}/{repo}/git/refs", {
      ...at,
      ref: "refs/x/y",
      sha: main,
      forced: true,
    });
    expect((await refusal(misspelt)).message).toMatch(/body property forced is unknown/);
    const query = me.request("GET /repos/{owner}/{repo}", { ...at, colour: "red" });
    expect((await refusal(query)).message).toMatch(/query parameter colour is unknown/);
    const body = me.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel", {
      ...at,
      run_id: 1,
      force: true,
    });
    expect((await refusal(body)).message).toMatch(/a body is unknown/);
    expect(box.takeViolations().map(({ side }) => side)).toEqual(["request", "request", "request"]);
  });

  it("names an operation that the box does not have, and where to add it", async () => {
    const { box, bob, as } = await town();
    const refused = await refusal(as(bob).request("GET /rate_limit"));
    expect(refused.message).toMatch(
      /GET \/rate_limit: not among the operations of box\/openapi\/selection.ts/,
    );
    expect(box.takeViolations()).toHaveLength(1);
  });

  it("takes no REST version that the slice does not describe", async () => {
    const { box, bob, as, at } = await town();
    const newer = { ...at, headers: { "x-github-api-version": "2026-03-10" } };
    expect((await refusal(as(bob).request("GET /repos/{owner}/{repo}", newer))).message).toMatch(
      /2022-11-28, not 2026-03-10/,
    );
    box.takeViolations();
    const described = { ...at, headers: { "x-github-api-version": "2022-11-28" } };
    expect((await as(bob).request("GET /repos/{owner}/{repo}", described)).status).toBe(200);
    box.assertClean();
  });

  it("refuses a body that is no JSON", async () => {
    const { box, bob } = await town();
    const response = await fetch(`${box.apiUrl}/repos/ada/demo/git/refs`, {
      method: "POST",
      headers: { authorization: `token ${box.tokenOf(bob)}` },
      body: "{",
    });
    expect([response.status, ((await response.json()) as { message: string }).message]).toEqual([
      400,
      "Problems parsing JSON",
    ]);
  });
});

describe("an answer of the box", () => {
  it("is held to the description too", () => {
    expect(checkAnswer("git/get-ref", { status: 200, body: { ref: "refs/heads/main" } }).wrong).toEqual(
      expect.arrayContaining(["the whole must have required property 'object'"]),
    );
    expect(checkAnswer("git/get-ref", { status: 299, body: {} }).wrong).toEqual([
      "status 299 is not declared",
    ]);
    expect(checkAnswer("actions/delete-artifact", { status: 204, body: {} }).wrong).toEqual([
      "status 204 has no body",
    ]);
  });

  it("shows nothing that GitHub does not declare", () => {
    const object = { type: "commit", sha: "a".repeat(40), url: "http://x.test/y", secret: 1 };
    const body = { ref: "refs/heads/main", node_id: "x", url: "http://x.test/z", object, extra: true };
    const checked = checkAnswer("git/get-ref", { status: 200, body });
    expect(checked.wrong).toEqual([]);
    expect(JSON.stringify(checked.body)).not.toMatch(/extra|secret/);
  });
});
