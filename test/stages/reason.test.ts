import { describe, expect, it } from "vitest";
import { type FailedProcess, failureReason, reasonLines } from "../../engine/stages/reason.ts";

const failed = (stderr: string, stdout = "", changes: Partial<FailedProcess> = {}): FailedProcess => {
  const captured = (tail: string) => ({
    file: "",
    bytes: tail.length,
    tail,
    text: () => tail,
    problem: null,
  });
  return {
    evidence: { exit_code: 1 },
    stderr: captured(stderr),
    stdout: captured(stdout),
    startError: null,
    timeoutMs: 5000,
    command: "make\n  all",
    abortReason: undefined,
    ...changes,
  };
};

describe("the reason of a failed process", () => {
  it("R-FAIL-2: is the lines that tell, wherever they stand, not the noise around them", () => {
    const stderr =
      "Downloading crates ...\nerror[E0308]: mismatched types\n --> src/main.rs:3:5\nwarning: unused\n";
    expect(failureReason(failed(stderr))).toBe("exit status 1: error[E0308]: mismatched types");
    const stdout =
      "running 2 tests\ntest a ... ok\ntest b ... FAILED\n\ntest result: FAILED. 1 passed; 1 failed\n";
    expect(failureReason(failed("Compiling x\n", stdout))).toBe(
      "exit status 1: test b ... FAILED\ntest result: FAILED. 1 passed; 1 failed",
    );
  });

  it("R-FAIL-2: without a telling line is the end of what was said, and never the exit code alone", () => {
    expect(failureReason(failed("", "step 1\nstep 2\n"))).toBe("exit status 1: step 1\nstep 2");
    expect(failureReason(failed(""))).toBe("exit status 1, no output (command: make all)");
  });

  it("says how it ended when it did not end by itself", () => {
    expect(failureReason(failed("", "", { evidence: { exit_code: null, signal: "SIGSEGV" } }))).toContain(
      "killed by SIGSEGV",
    );
    expect(failureReason(failed("at 1", "", { evidence: { timed_out: true } }))).toBe(
      "timed out after 5000 ms: at 1",
    );
    const canceled = { evidence: { canceled: true }, abortReason: "fail_fast: branch b failed" };
    expect(failureReason(failed("", "", canceled))).toContain(
      "canceled while running (fail_fast: branch b failed)",
    );
    const plain = { evidence: { canceled: true }, abortReason: AbortSignal.abort().reason };
    expect(failureReason(failed("x", "", plain))).toBe("canceled while running: x");
    expect(failureReason(failed("", "", { startError: "spawn bash ENOENT" }))).toBe(
      "could not be started: spawn bash ENOENT (command: make all)",
    );
  });

  it("reads through colours, progress bars and repeats", () => {
    const stderr =
      "10%\r50%\r\u001b[31merror\u001b[0m: no space left\nerror: no space left\n\u001b]0;title\u0007done\n";
    expect(reasonLines(stderr, "")).toEqual(["error: no space left"]);
  });

  it("R-FAIL-1: over 8 KB is cut in the middle with a mark, at whole characters", () => {
    const line = `error: ${"é".repeat(400)}`;
    const many = Array.from({ length: 40 }, (_, index) => `${line} ${index}`).join("\n");
    const reason = failureReason(failed(many));
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(8 * 1024);
    expect(reason).toMatch(/\[\.\.\. cut, \d+ bytes in all \.\.\.\]/);
    expect(reason).not.toContain("\ufffd");
    expect(reason.endsWith(" 39")).toBe(true);
  });
});
