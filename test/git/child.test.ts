import { describe, expect, it } from "vitest";
import { type ChildSpec, runChild } from "../../engine/git/child.ts";

const given: ChildSpec = {
  cwd: "/",
  env: { PATH: process.env.PATH },
  input: null,
  secret: null,
  timeoutMs: 60_000,
  maxBytes: 1_000_000,
};
const sh = (script: string, also: Partial<ChildSpec> = {}) =>
  runChild("sh", ["-c", script], { ...given, ...also });

describe("a child process", () => {
  it("is given input and a secret, and its outputs and its code come back", async () => {
    const end = await sh("cat; cat <&3 >&2; exit 7", { input: Buffer.from("in"), secret: Buffer.from("s") });
    expect({ ...end, stdout: `${end.stdout}`, stderr: `${end.stderr}` }).toEqual({
      ...{ exitCode: 7, stdout: "in", stderr: "s", problem: "" },
    });
  });

  it("inherits nothing", async () => {
    const { stdout } = await sh("env | cut -d= -f1 | grep -v '^_$' | sort | tr '\\n' ' '");
    expect(`${stdout}`).toBe("PATH PWD ");
  });

  it("is judged by its end when it does not read what it is given", async () => {
    expect(await sh("exit 3", { input: Buffer.alloc(8_000_000) })).toMatchObject({ exitCode: 3 });
  });

  it("is ended when it takes too long or says too much, and the end says so", async () => {
    expect(await sh("exec sleep 60", { timeoutMs: 50 })).toMatchObject({
      exitCode: null,
      problem: "it took longer than 50 ms",
    });
    const much = await sh("exec yes", { maxBytes: 1000 });
    expect(much).toMatchObject({ exitCode: null, problem: "it wrote more than 1000 bytes" });
    expect(much.stdout.length).toBeLessThanOrEqual(1000);
  });

  it("that is killed by others, or is not there, has no code and says why", async () => {
    expect(await sh("kill -KILL $$")).toMatchObject({ exitCode: null, problem: "it was ended by SIGKILL" });
    const absent = await runChild("/no/such/program", [], given);
    expect(absent).toMatchObject({ exitCode: null, problem: expect.stringContaining("ENOENT") });
  });
});
