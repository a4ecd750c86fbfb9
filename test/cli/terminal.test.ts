/** What a person at a terminal relies on, whatever the command. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../cli/commands.ts";
import { ATTRACTOR } from "../attractor.ts";
import { here } from "../local/here.ts";
import { folder, graph, repository, tool } from "../local/world.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const command = (cwd: string, args: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [ATTRACTOR, ...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });

describe("the terminal", () => {
  it("tells times in the zone of whoever reads", () => {
    const repo = repository();
    writeFileSync(join(repo, "g.dot"), graph(`${tool("a", "true")}; s -> a -> e`));
    const hours = ["UTC", "Asia/Kolkata"].map((TZ) => {
      const { stdout } = command(repo, ["run", "g.dot", "--logs-root", join(folder(), "run")], { TZ });
      const [, hour, minute] = /^(\d\d):(\d\d):\d\d run /m.exec(stdout) ?? [];
      return Number(hour) * 60 + Number(minute);
    });
    const apart = (hours[1]! - hours[0]! + 1440) % 1440;
    expect([330, 331]).toContain(apart);
  });

  it("writes no colours where NO_COLOR is set or nobody looks, and says where an error is explained", () => {
    const at = folder();
    writeFileSync(join(at, "g.dot"), "digraph g { a -> b }");
    writeFileSync(join(at, "c.yaml"), "version: 1\nbudgets: { usd: 1 }\n");
    for (const env of [{}, { NO_COLOR: "1" }])
      expect(command(at, ["validate", "g.dot"], env).stdout).not.toContain("\u001b");
    const { stderr, status } = command(at, ["run", "hello", "--config", "c.yaml"]);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/c\.yaml:2:\d+:.*write budget/)]);
    const [, page = ""] = /more: https:\/\/github\.com\/\S+?\/blob\/main\/(\S+)/.exec(stderr) ?? [];
    expect(readFileSync(join(ROOT, page), "utf8")).toContain("budget");
  });

  it("names what to type next as it can be typed: by npx where npx started it", () => {
    const repo = repository();
    writeFileSync(
      join(repo, "g.dot"),
      graph(`${tool("a", "false")}; s -> a -> e [condition="outcome=success"]`),
    );
    const next = (env: Record<string, string>): string[] =>
      command(repo, ["run", "g.dot", "--logs-root", join(folder(), "run")], env).stdout.match(
        /^(?:next|or): \S+ \S+ \S+/gm,
      ) ?? [];
    expect(next({}).map((line) => line.split(" ").slice(1, 3))).toEqual([
      ["attractor", "resume"],
      ["attractor", "diagnose"],
    ]);
    expect(next({ npm_command: "exec" }).map((line) => line.split(" ").slice(1, 4))).toEqual([
      ["npx", "attractor", "resume"],
      ["npx", "attractor", "diagnose"],
    ]);
    const message = (env: Record<string, string>) => command(repo, ["status", "nothing"], env).stderr;
    expect(message({})).toContain("`attractor list` shows");
    expect(message({ npm_command: "exec" })).toContain("`npx attractor list` shows");
  });

  it("every command has a help that names itself, and tells an option that it does not know", async () => {
    for (const { name } of COMMANDS) {
      const { code, out } = await here(name, "--help");
      expect([code, out], name).toEqual([0, expect.stringContaining(`usage: attractor ${name}`)]);
      const unknown = await here(name, "--nonsense");
      const told = new RegExp(`^attractor ${name}: .*nonsense[^]*usage: attractor ${name}`);
      expect([unknown.code, unknown.err], name).toEqual([2, expect.stringMatching(told)]);
    }
  });

  it("completes commands, options and shipped graphs in bash, zsh and fish", async () => {
    const { out } = await here("completion", "bash");
    const complete = (...words: string[]) =>
      spawnSync(
        "bash",
        [
          "-c",
          `${out}\nCOMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _attractor; echo "\${COMPREPLY[@]}"`,
        ],
        { cwd: folder(), encoding: "utf8" },
      ).stdout.trim();
    expect(complete("attractor", "va")).toBe("validate");
    expect(complete("attractor", "run", "--simulate-t")).toBe("--simulate-tools");
    expect(complete("attractor", "run", "quick")).toBe("quickstart");
    expect((await here("completion", "zsh")).out).toContain("bashcompinit");
    expect((await here("completion", "fish")).out).toContain("-l simulate-tools");
    expect((await here("completion", "tcsh")).code).toBe(2);
  });

  it("the problem matcher reads what validate prints", () => {
    const { problemMatcher } = JSON.parse(readFileSync(join(ROOT, "schemas/problem-matcher.json"), "utf8"));
    const [{ regexp, file, line, severity, code }] = problemMatcher[0].pattern;
    const at = folder();
    writeFileSync(join(at, "g.dot"), "digraph g {\n  a -> b\n}");
    const lines = command(at, ["validate", "g.dot"]).stdout.split("\n");
    const found = lines.flatMap((text) => new RegExp(regexp).exec(text) ?? []);
    expect([found[file], found[line], found[severity], found[code]]).toEqual([
      "g.dot",
      "1",
      "error",
      "start_node",
    ]);
  });

  it("a configuration may say its schema, for editors", () => {
    const at = folder();
    writeFileSync(join(at, "c.json"), '{"$schema": "https://example.com/config.schema.json", "version": 1}');
    expect(command(at, ["run", "hello", "--config", "c.json", "--json"]).status).toBe(0);
  });
});
