import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runInit } from "../../cli/init.ts";
import { ownAction } from "../../cli/setup/action-source.ts";
import { CALLER_PATH, CLOCK_PATH, CONFIG_PATH } from "../../github/workflows/init-files.ts";
import { expression } from "../../github/workflows/yaml-text.ts";
import { called } from "../called.ts";
import { codes, init, pushed, repository } from "./setup-world.ts";

const CHOSEN = expression("vars.RUNNER || 'a,b'");

describe("the action that the workflows run", () => {
  it("R-GH-17: where nobody can tell it, nothing is written, and what to say is said", async () => {
    const folder = repository();
    const { code, err } = await called(runInit, folder);
    expect([code, err]).toEqual([2, expect.stringContaining("Say --action OWNER/NAME@REF")]);
    expect(() => readFileSync(join(folder, CALLER_PATH))).toThrow("ENOENT");
  });

  it("R-GH-17: is the one that this copy came from, which is never the project that it is installed in", async () => {
    const folder = repository();
    pushed(folder);
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
    git("remote", "add", "origin", "git@github.com:alice/shop.git");
    const copy = join(folder, "node_modules/attractor");
    mkdirSync(copy, { recursive: true });
    const manifest = (change: object) =>
      writeFileSync(
        join(copy, "package.json"),
        JSON.stringify({
          ...{ name: "attractor", version: "1.2.3" },
          repository: { type: "git", url: "git+https://github.com/o/attractor.git" },
          ...change,
        }),
      );
    manifest({});
    expect(ownAction(copy)).toBe("o/attractor@v1.2.3");
    manifest({ repository: undefined });
    expect(ownAction(copy)).toBe(null);
    expect(ownAction(folder)).toBe(`alice/shop@${git("rev-parse", "HEAD")}`);
    git("tag", "v2.0.0");
    expect(ownAction(folder)).toBe("alice/shop@v2.0.0");
    git("remote", "set-url", "origin", "https://example.com/alice/shop.git");
    expect(ownAction(folder)).toBe(null);
  });

  it.each([
    ["big", "big"],
    ["self-hosted, linux", ["self-hosted", "linux"]],
    ["group=large", { group: "large" }],
    ["group=large,linux,x64", { group: "large", labels: ["linux", "x64"] }],
    [CHOSEN, CHOSEN],
  ])("R-GH-17: --runs-on %s is what the jobs run on, and doctor reads it", async (asked, written) => {
    const folder = repository();
    expect((await init("--runs-on", asked, folder)).code).toBe(0);
    const caller = readFileSync(join(folder, CALLER_PATH), "utf8");
    const { jobs } = parse(caller) as { jobs: Record<string, Record<string, unknown>> };
    expect([jobs["trunk-1"]?.["runs-on"], jobs["legs-4"]?.["runs-on"]]).toEqual([written, written]);
    pushed(folder);
    expect((await codes(folder)).filter((code) => code !== "RUNNER_LABEL")).toEqual([]);
  });

  it.each([
    ["--environment", ""],
    ["--container", " "],
    ["--timezone", "Mars/Olympus"],
    ["--timezone", "+02:00"],
    ["--runs-on", "group="],
    ["--runs-on", "[self-hosted, linux]"],
  ])("R-GH-17: %s %j is refused before anything is written", async (option, value) => {
    const folder = repository();
    const { code, err } = await init(option, value, folder);
    expect([code, err]).toEqual([2, expect.stringContaining(`${option}`)]);
    expect(err.split("\n")[0]).toMatch(/expected|takes/);
    expect(() => readFileSync(join(folder, CONFIG_PATH))).toThrow("ENOENT");
  });

  it("R-GH-17: is one setting, with runners, environment, container and zone beside it", async () => {
    const folder = repository();
    const asked = ["--runs-on", "self-hosted,arm", "--environment", "prod", "--container", "node:24"];
    expect((await init(...asked, "--timezone", "Europe/Berlin", folder)).code).toBe(0);
    const caller = readFileSync(join(folder, CALLER_PATH), "utf8");
    const { jobs } = parse(caller) as { jobs: Record<string, Record<string, unknown>> };
    for (const name of ["trunk-1", "legs-1", "trunk-4", "legs-4"])
      expect(jobs[name]).toMatchObject({
        ...{ "runs-on": ["self-hosted", "arm"], environment: "prod", container: "node:24" },
      });
    expect(jobs.next).not.toHaveProperty("container");
    expect(caller).not.toContain("$/");
    expect(caller.match(/uses: .*/g)).toEqual(caller.match(/uses: o\/attractor@v1/g));
    expect(readFileSync(join(folder, CLOCK_PATH), "utf8")).toContain("timezone: Europe/Berlin");
    pushed(folder);
    expect([...new Set(await codes(folder))]).toEqual(["RUNNER_LABEL"]);
  });
});
