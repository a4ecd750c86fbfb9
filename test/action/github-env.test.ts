import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readGitHubJob } from "../../action/github-env.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";
const ENV = {
  GITHUB_REPOSITORY: "ada/game.js",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_API_URL: "http://ghes.example:8080/api/v3",
  GITHUB_RUN_ID: "42",
  GITHUB_RUN_ATTEMPT: "3",
  GITHUB_SHA: SHA,
  RUNNER_TEMP: "/tmp/t",
};

it("what GitHub tells a job is read, and what it may leave out is empty", () => {
  const { attempt, ...texts } = readGitHubJob(ENV);
  expect(attempt).toBe(3);
  expect(texts).toEqual({
    ...{ repository: "ada/game.js", serverUrl: "https://github.com", apiUrl: ENV.GITHUB_API_URL },
    ...{ runId: "42", sha: SHA, ref: "", actor: "", triggeringActor: "", event: "", payload: {} },
    ...{ workflowRef: "", workflowSha: "", summaryPath: null, temp: "/tmp/t" },
  });
  const { actor, triggeringActor } = readGitHubJob({
    ...ENV,
    GITHUB_ACTOR: "ada",
    GITHUB_TRIGGERING_ACTOR: "bob",
  });
  expect([actor, triggeringActor]).toEqual(["ada", "bob"]);
  expect(readGitHubJob({ ...ENV, GITHUB_ACTOR: "ada" }).triggeringActor).toBe("ada");
});

it("the event's payload is the file that GitHub names", () => {
  const folder = mkdtempSync(join(tmpdir(), "event-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "event.json"), '{"issue":{"number":7}}');
  const { payload } = readGitHubJob({ ...ENV, GITHUB_EVENT_PATH: join(folder, "event.json") });
  expect(payload).toEqual({ issue: { number: 7 } });
});

it.each([
  ["GITHUB_REPOSITORY", "ada"],
  ["GITHUB_REPOSITORY", "ada/../game"],
  ["GITHUB_SERVER_URL", "file:///etc/passwd"],
  ["GITHUB_SERVER_URL", "https://github.com\n--upload-pack=x"],
  ["GITHUB_API_URL", "api.github.com"],
  ["GITHUB_RUN_ID", "4x"],
  ["GITHUB_RUN_ATTEMPT", "0"],
  ["GITHUB_RUN_ATTEMPT", "1.5"],
  ["GITHUB_SHA", "main"],
])("%s %j is no job of GitHub's, and the error names the variable", (name, value) => {
  expect(() => readGitHubJob({ ...ENV, [name]: value })).toThrow(`no GitHub Actions job: ${name} is `);
});

it.each(Object.keys(ENV))("a job without %s is none, and the error names it", (name) => {
  expect(() => readGitHubJob({ ...ENV, [name]: undefined })).toThrow(`${name} is not set`);
});
