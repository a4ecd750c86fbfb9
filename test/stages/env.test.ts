import { expect, it } from "vitest";
import { STAGE_VARIABLES, stageEnv } from "../../engine/stages/env.ts";
import { agent, scene } from "./scene.ts";

const env = (parent: Record<string, string>, declared: string[] = [], inputs: Record<string, string> = {}) =>
  stageEnv({ ...scene(agent()).request, inputs }, parent, declared);

it("a stage sees the machine's ordinary settings, and no secret that nobody declared", () => {
  const seen = env({
    PATH: "/bin",
    HOME: "/home/u",
    LC_ALL: "C",
    CARGO_HOME: "/c",
    CARGO_REGISTRY_TOKEN: "t",
    NPM_CONFIG_AUTH: "a",
    ANTHROPIC_API_KEY: "k",
    DB_PASSWORD: "p",
    AWS_SECRET_ACCESS_KEY: "s",
    GOOGLE_APPLICATION_CREDENTIALS: "c",
    MY_SETTING: "m",
  });
  expect(seen).toMatchObject({ PATH: "/bin", HOME: "/home/u", LC_ALL: "C", CARGO_HOME: "/c" });
  const others = Object.keys(seen).filter((name) => !/^(ATTRACTOR|KILROY)_/.test(name));
  expect(others.sort()).toEqual(["CARGO_HOME", "GIT_CEILING_DIRECTORIES", "HOME", "LC_ALL", "PATH"]);
});

it("what is declared is passed on by name", () => {
  expect(env({ NPM_TOKEN: "t", OTHER_TOKEN: "o" }, ["NPM_TOKEN"])).toMatchObject({ NPM_TOKEN: "t" });
  expect(env({ OTHER_TOKEN: "o" }, ["NPM_TOKEN"]).OTHER_TOKEN).toBeUndefined();
});

it("the job's own token reaches no stage, declared or not, under its own name or another", () => {
  const parent = {
    GITHUB_TOKEN: "ghs_1",
    GH_TOKEN: "ghs_1",
    COPY: "ghs_1",
    "INPUT_GITHUB-TOKEN": "ghs_2",
    OTHER: "ghs_2",
    ACTIONS_RUNTIME_TOKEN: "r",
    ACTIONS_ID_TOKEN_REQUEST_URL: "u",
    GITHUB_ENV: "/runner/env",
  };
  const seen = env(parent, Object.keys(parent));
  for (const name of Object.keys(parent)) expect([name, seen[name]]).toEqual([name, undefined]);
  expect(env({ GH_TOKEN: "own" }, ["GH_TOKEN"]).GH_TOKEN).toBe("own");
});

it("every documented variable is there, under each of its names", () => {
  const { request } = scene(agent(), {
    visit: 3,
    attempt: 2,
    predecessor: { node: "before", outcome: "fail" },
    inputs: { issue: "7", "pull-request": "8" },
  });
  const seen = stageEnv(request, {}, []);
  expect(
    Object.keys(seen)
      .filter((name) => !name.includes("_INPUT_"))
      .sort(),
  ).toEqual(STAGE_VARIABLES.flatMap(({ names }) => names).sort());
  expect(seen).toMatchObject({
    ATTRACTOR_RUN_ID: "RUN1",
    ATTRACTOR_NODE_ID: "it",
    ATTRACTOR_VISIT: "3",
    ATTRACTOR_ATTEMPT: "2",
    ATTRACTOR_STAGE_DIR: request.stageDir,
    ATTRACTOR_STATUS_PATH: `${request.stageDir}/status.json`,
    KILROY_STAGE_STATUS_PATH: `${request.stageDir}/status.json`,
    KILROY_STAGE_STATUS_FALLBACK_PATH: `${request.worktree}/.ai/status.json`,
    ATTRACTOR_PREDECESSOR_NODE: "before",
    KILROY_PREDECESSOR_OUTCOME: "fail",
    ATTRACTOR_INPUT_ISSUE: "7",
    KILROY_INPUT_ISSUE: "7",
    ATTRACTOR_INPUT_PULL_REQUEST: "8",
  });
});

it("an input cannot take the place of a documented variable, nor the parent's of this run", () => {
  const { request } = scene(agent(), { inputs: { run_id: "evil" } });
  expect(stageEnv(request, { ATTRACTOR_RUN_ID: "outer" }, ["ATTRACTOR_RUN_ID"])).toMatchObject({
    ATTRACTOR_RUN_ID: "RUN1",
    ATTRACTOR_INPUT_RUN_ID: "evil",
  });
});
