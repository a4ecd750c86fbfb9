import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DefaultArtifactClient } from "@actions/artifact";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { GitHubJob } from "../../action/github-env.ts";
import {
  type Artifacts,
  artifactClient,
  download,
  withRetries,
} from "../../action/handoff/artifact-service.ts";
import { pastArtifacts } from "../../action/handoff/past-artifacts.ts";
import type { Inputs } from "../../action/inputs.ts";
import { dispatch, running } from "../box/support/drive.ts";
import { type Town, town } from "../box/support/town.ts";

let here: Town;
let runId: number;
let waits: number[];
let readers = 0;

beforeEach(async () => {
  here = await town();
  runId = await dispatch(here.as(here.bob), here.at);
  here.box.actions.startRun(runId);
  waits = [];
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** GitHub's own client in a job of the workflow run. */
function uploader(): (name: string, text: string) => Promise<unknown> {
  const first = running(here, runId, "branch");
  vi.stubEnv("ACTIONS_RUNTIME_TOKEN", first.runtimeToken);
  vi.stubEnv("ACTIONS_RESULTS_URL", first.resultsUrl);
  vi.stubEnv("GITHUB_SERVER_URL", "https://github.com");
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const folder = mkdtempSync(join(tmpdir(), "artifact-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return async (name, text) => {
    writeFileSync(join(folder, "log.ndjson"), text);
    await new DefaultArtifactClient().uploadArtifact(name, [join(folder, "log.ndjson")], folder);
  };
}

/** As settle reads them, or a claim those of a workflow run before. */
const ours = (
  of = runId,
  apiUrl = here.box.apiUrl,
  permissions: Parameters<typeof running>[3] = { actions: "read" },
): Artifacts =>
  pastArtifacts(
    {
      job: { apiUrl, repository: here.repository.fullName } as GitHubJob,
      inputs: { token: running(here, runId, `reader ${++readers}`, permissions).githubToken } as Inputs,
      pause: async (ms) => void waits.push(ms),
    },
    String(of),
  );

describe("artifacts of a workflow run", () => {
  it("are found by name and brought here, as GitHub's own client uploaded them, listed once", async () => {
    const upload = uploader();
    await upload("parcel-1", "one");
    await upload("parcel-2", "two");
    const found = ours();
    const before = here.box.requests.length;
    for (const [name, text] of [
      ["parcel-1", "one"],
      ["parcel-2", "two"],
    ] as const) {
      const bytes = await found.take(name, 10_000);
      expect(Buffer.from(unzipSync(bytes!)["log.ndjson"]!).toString()).toBe(text);
    }
    expect(await found.take("parcel", 10_000)).toBeNull();
    expect(here.box.requests.slice(before).filter(({ path }) => /\/artifacts\?/.test(path))).toHaveLength(1);
    here.box.assertClean();
  });

  it("are not brought when they are larger than may be, whatever the service says of them", async () => {
    const upload = uploader();
    await upload("parcel", "x".repeat(1_000));
    const [artifact] = [...here.repository.artifacts.values()];
    await expect(ours().take("parcel", 50)).rejects.toThrow(
      `it has ${artifact!.size} bytes; at most 50 are taken`,
    );
    artifact!.size = 1;
    await expect(ours().take("parcel", 50)).rejects.toMatchObject({ name: "HandoffError" });
  });

  it("are not taken when their bytes are others than those uploaded", async () => {
    await uploader()("parcel", "x");
    writeFileSync([...here.repository.artifacts.values()][0]!.file, "other");
    await expect(ours().take("parcel", 1_000)).rejects.toThrow("its bytes are not those that were uploaded");
  });

  it("of another workflow run are none of this one's", async () => {
    await uploader()("parcel", "x");
    const other = await dispatch(here.as(here.bob), here.at);
    here.box.actions.startRun(other);
    expect(await ours(other).take("parcel", 1_000)).toBeNull();
    expect(await ours().take("parcel", 1_000)).not.toBeNull();
  });

  it("an API that gives no answer is asked five times, and is no word about the artifact", async () => {
    await expect(ours(runId, "http://127.0.0.1:9").take("parcel", 1_000)).rejects.toThrow(
      /could not be asked to list: .*ECONNREFUSED/,
    );
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000]);
  });

  it("a job that may not read them is told so, and takes nothing for missing", async () => {
    await expect(ours(runId, here.box.apiUrl, { contents: "read" }).take("parcel", 1_000)).rejects.toThrow(
      /could not be asked to list: it answered 40[34]/,
    );
  });
});

describe("a download that leads elsewhere", () => {
  /** Answers with a redirect to `to`, or with what it was asked with. */
  async function server(to?: () => string): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const made = createServer((request, response) => {
      asked.push(request.headers.authorization ?? "");
      if (to === undefined) response.end("bytes");
      else response.writeHead(302, { location: to() }).end();
    });
    onTestFinished(() => void made.close());
    await new Promise<void>((listening) => made.listen(0, "127.0.0.1", listening));
    return { url: `http://127.0.0.1:${(made.address() as AddressInfo).port}`, asked };
  }
  const fetched = (url: string) =>
    download(artifactClient(), `${url}/x`, 1_000, null, { authorization: "Bearer t" });

  it("R-GH-9: to another port of the same host is followed without the job's token, in one place with it", async () => {
    const other = await server();
    const first = await server(() => `${other.url}/x`);
    expect(await fetched(first.url)).toMatchObject({ status: 200, answer: Buffer.from("bytes") });
    expect([first.asked, other.asked]).toEqual([["Bearer t"], [""]]);
    let turns = 0;
    const same: { url: string; asked: string[] } = await server(() => `${same.url}/${++turns}`);
    expect(await fetched(same.url)).toMatchObject({ status: 302 });
    expect(same.asked).toEqual(Array.from({ length: 6 }, () => "Bearer t"));
  });
});

describe("a download that stops in the middle", () => {
  it("R-GH-6: is given up after a silence, and is no word about the artifact", async () => {
    const made = createServer((_request, response) => {
      response.writeHead(200);
      response.write("half");
    });
    onTestFinished(() => {
      made.closeAllConnections();
      made.close();
    });
    await new Promise<void>((listening) => made.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(made.address() as AddressInfo).port}/x`;
    const asked = withRetries(
      "download",
      async (ms) => void waits.push(ms),
      () => download(artifactClient(), url, 1_000, null, {}, 100),
    );
    await expect(asked).rejects.toThrow("could not be asked to download: it brought nothing for 100 ms");
    expect(waits).toHaveLength(4);
  });
});
