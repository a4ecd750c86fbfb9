import { describe, expect, it } from "vitest";
import type { Evidence } from "../../../engine/failure/evidence.ts";
import { judge } from "../../../engine/stages/outcome.ts";
import type { Ingested } from "../../../engine/stages/status/ingest.ts";

const says = (status: string, reason?: string): Ingested => ({
  kind: "found",
  source: "canonical",
  path: "/s/status.json",
  outcome: { status, ...(reason === undefined ? {} : { failure_reason: reason }) },
  unknown: {},
  legacy: false,
  remarks: [],
});
const missing: Ingested = {
  kind: "missing",
  looked: ["/s/status.json: not there", "/w/status.json: not there"],
};
const invalid: Ingested = { kind: "invalid", reports: ["/s/status.json:1:1: connection timeout 503"] };
const crash: Evidence = { exit_code: 1 };
const end = (evidence: Evidence, ingested: Ingested, silence: "success" | "auto_status" | "fail" = "fail") =>
  judge({ evidence, problem: "exit status 1: boom", ingested, silence });

describe("what an attempt's outcome is", () => {
  it.each([
    ["a non-zero exit", { exit_code: 1 }],
    ["a timeout", { exit_code: 0, timed_out: true }],
    ["a cancel", { exit_code: 0, canceled: true }],
    ["a signal", { exit_code: null, signal: "SIGSEGV" }],
    ["a typed error", { error_code: "turn_limit" }],
    ["an HTTP error", { http_status: 500 }],
  ])("R-STAT-5: %s wins over a file that claims success, skipped or a custom outcome", (_, evidence) => {
    for (const status of ["success", "partial_success", "skipped", "approved"]) {
      const { outcome } = end(evidence, says(status));
      expect(outcome.status).toBe("fail");
      expect(outcome.failure_reason).toContain("exit status 1: boom");
      expect(outcome.failure_reason).toContain(`claims "${status}"`);
    }
  });

  it("R-STAT-5: a crash whose file says fail keeps the stage's own, better account", () => {
    expect(end(crash, says("fail", "two tests fail")).outcome.failure_reason).toBe("two tests fail");
    expect(end(crash, says("retry", "registry down")).outcome.status).toBe("retry");
  });

  it("R-STAT-5: one that was cut off says both, and cannot ask for a retry", () => {
    const { outcome } = end({ timed_out: true }, says("retry", "so far"));
    expect(outcome).toEqual({ status: "fail", failure_reason: "exit status 1: boom; it had said: so far" });
  });

  it("R-STAT-7: auto_status makes success of silence after a clean end only", () => {
    expect(end({ exit_code: 0 }, missing, "auto_status").outcome).toEqual({
      status: "success",
      notes: "auto-status: handler completed without writing status",
    });
    expect(end(crash, missing, "auto_status").outcome.status).toBe("fail");
    expect(end({ exit_code: 0 }, invalid, "auto_status").outcome.status).toBe("fail");
    expect(end({ exit_code: 0 }, says("fail", "r"), "auto_status").outcome.status).toBe("fail");
  });

  it("R-STAT-8: silence after a clean end fails and names every path, as a broken contract and not by its words", () => {
    const { outcome, evidence } = end({ exit_code: 0 }, missing);
    expect(outcome).toEqual({
      status: "fail",
      failure_reason:
        "missing status.json (auto_status=false); looked at /s/status.json: not there; /w/status.json: not there",
    });
    expect(evidence.error_code).toBe("status_contract");
    expect(end({ exit_code: 0 }, invalid).evidence.error_code).toBe("status_contract");
  });

  it("R-STAT-8: a tool that writes nothing follows its exit code", () => {
    expect(end({ exit_code: 0 }, missing, "success").outcome).toEqual({ status: "success" });
    expect(end(crash, missing, "success").outcome).toEqual({
      status: "fail",
      failure_reason: "exit status 1: boom",
    });
  });

  it("R-STAT-2: a crash and a broken file are both told", () => {
    expect(end(crash, invalid).outcome.failure_reason).toBe(
      "exit status 1: boom; invalid status file: /s/status.json:1:1: connection timeout 503",
    );
  });
});
