import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CLASS_POLICY, FAILURE_CLASSES } from "../../engine/failure/classes.ts";
import { type ClassifyRequest, classify } from "../../engine/failure/classify.ts";
import { failurePage } from "../../scripts/docs-failure.ts";

const ask = (question: Partial<ClassifyRequest>) => classify({ status: "fail", ...question });

describe("evidence", () => {
  it.each([
    [{ canceled: true, timed_out: true }, "canceled"],
    [{ timed_out: true, signal: "SIGKILL", exit_code: null }, "transient_infra"],
    [{ lost: true }, "transient_infra"],
    [{ signal: "SIGTERM" }, "deterministic"],
    [{ signal: "SIGKILL", exit_code: null }, "transient_infra"],
    [{ signal: "SIGSEGV" }, "deterministic"],
    [{ exit_code: 127 }, "deterministic"],
    [{ exit_code: 139 }, "deterministic"],
    [{ http_status: 429 }, "transient_infra"],
    [{ http_status: 503 }, "transient_infra"],
    [{ http_status: 401 }, "deterministic"],
    [{ http_status: 413 }, "budget_exhausted"],
    [{ error_code: "rate_limit" }, "transient_infra"],
    [{ error_code: "RateLimitError" }, "transient_infra"],
    [{ error_code: "server_error" }, "transient_infra"],
    [{ error_code: "overloaded" }, "transient_infra"],
    [{ error_code: "authentication" }, "deterministic"],
    [{ error_code: "invalid_request" }, "deterministic"],
    [{ error_code: "not_found" }, "deterministic"],
    [{ error_code: "push_rejected" }, "deterministic"],
    [{ error_code: "context_length" }, "budget_exhausted"],
    [{ error_code: "turn_limit" }, "budget_exhausted"],
    [{ error_code: "abort" }, "deterministic"],
    [{ error_code: "abort", canceled: true }, "canceled"],
    [{ error_code: "abort", timed_out: true }, "transient_infra"],
  ] as const)("R-FAIL-3: %j is %s, whatever hint and text say", (evidence, expected) => {
    for (const hint of ["structural", "transient", "compilation_loop"])
      expect(ask({ evidence, hint, reason: "write scope violation" })).toMatchObject({
        class: expected,
        by: "evidence",
      });
  });

  it("R-FAIL-3: a plain exit code says that work failed, not why: hints and text may say it", () => {
    const evidence = { exit_code: 1 };
    expect(ask({ evidence })).toMatchObject({ class: "deterministic", by: "evidence" });
    expect(ask({ evidence, reason: "connect ECONNREFUSED 10.0.0.4:443" })).toMatchObject({
      class: "transient_infra",
      by: "text",
    });
    expect(ask({ evidence, hint: "budget_exhausted" })).toMatchObject({
      class: "budget_exhausted",
      by: "hint",
    });
  });

  it("R-FAIL-3: an error code of no known meaning says nothing", () => {
    expect(ask({ evidence: { error_code: "xyzzy" }, hint: "structural" })).toMatchObject({
      class: "structural",
      by: "hint",
    });
  });

  it("R-FAIL-6: a timeout of a stage or tool is of the surroundings", () => {
    expect(ask({ evidence: { timed_out: true } }).class).toBe("transient_infra");
    expect(ask({ reason: "stage timeout after 600 s" }).class).toBe("transient_infra");
  });
});

describe("hints", () => {
  it.each([
    [
      "transient_infra",
      "transient",
      "Transient-Infra",
      "transient infra",
      "retryable",
      "infra_transient",
      "infrastructure_transient",
      "toolchain_workspace_io",
      "toolchain-or-dependency-registry-unavailable",
    ],
    ["deterministic", "non_transient", "permanent", "logic", "product"],
    ["budget_exhausted", "budget", "budget-exceeded"],
    ["compilation_loop", "compile_loop", "compile-loop"],
    ["structural", "structure", "scope_violation", "write_scope_violation"],
  ])("R-FAIL-3: %s in every spelling", (expected, ...spellings) => {
    for (const hint of [expected, ...spellings])
      expect(ask({ hint })).toMatchObject({ class: expected, by: "hint" });
  });

  it("R-FAIL-4: a stage that says it was canceled has failed: its class is the evidence's, else deterministic", () => {
    for (const hint of ["canceled", "cancelled", " Canceled "]) {
      expect(ask({ hint }).class).toBe("deterministic");
      expect(ask({ hint, reason: "connection refused" }).class).toBe("deterministic");
      expect(ask({ hint, evidence: { exit_code: 1 } }).class).toBe("deterministic");
      expect(ask({ hint, evidence: { http_status: 503 } }).class).toBe("transient_infra");
      expect(ask({ hint, evidence: { error_code: "turn_limit" } }).class).toBe("budget_exhausted");
      expect(ask({ hint, evidence: { canceled: true } }).class).toBe("canceled");
    }
  });

  it("R-FAIL-3: an unknown hint is ignored, and said to be", () => {
    const { class: found, by, why } = ask({ hint: "cosmic rays", reason: "rate limit exceeded" });
    expect({ found, by }).toEqual({ found: "transient_infra", by: "text" });
    expect(why).toContain('"cosmic rays" is not a class');
  });
});

describe("text", () => {
  it.each([
    ["transient_infra", "ssh: connect to host build: Connection refused"],
    ["transient_infra", "curl: (6) Could not resolve host: registry.example"],
    ["transient_infra", "read tcp 10.0.0.2:443: i/o timeout"],
    ["transient_infra", "429 Too Many Requests"],
    ["transient_infra", "the provider answered with status code 529"],
    ["transient_infra", "upstream returned 503"],
    ["transient_infra", "context deadline exceeded"],
    ["transient_infra", "npm test failed: connect ECONNREFUSED 127.0.0.1:4873"],
    ["transient_infra", "human gate timeout, no default"],
    ["budget_exhausted", "turn limit reached (max_turns=25)"],
    ["budget_exhausted", "This model's maximum context length is 200000 tokens"],
    ["structural", "write scope violation: package.json"],
  ])("R-FAIL-3: %s in %j", (expected, reason) => {
    expect(ask({ reason })).toMatchObject({ class: expected, by: "text" });
  });

  it.each([
    "syntax error at line 502",
    "error on line 1502, port 5023, v5.0.2, id 429a, 503rd try",
    "exit status 429",
    "500 errors and 503 warnings",
    "expected status 200, received 503",
    "src/http.test.ts > retries > waits after 429 Too Many Requests: AssertionError",
    "--- FAIL: TestTimeout (0.00s): connection refused expected",
    "FAILED tests/test_net.py::test_timed_out - assert 1 == 2",
    "Test timed out in 5000ms",
    "setTimeout is not defined",
    "unknown option --timeout",
    "the timeout option must be a number",
    "cannot find name 'rateLimit'",
    "the canceled order is still charged",
    "order canceled by customer is still charged",
    "OrderCanceledEvent is never emitted",
    "max_turns must be positive",
  ])("R-FAIL-5: %j tells no class but deterministic", (reason) => {
    expect(ask({ reason }).class).toBe("deterministic");
    expect(ask({ reason, evidence: { exit_code: 1 } }).class).toBe("deterministic");
  });

  it.each([
    "canceled",
    "Error: The operation was canceled.",
    "run cancelled by user ann",
    "rpc error: context canceled",
    "context canceled: connection refused",
  ])("R-FAIL-4: %j is a failure that says so, and no cancel", (reason) => {
    expect(ask({ reason }).class).toBe("deterministic");
    expect(ask({ reason, evidence: { exit_code: 1 } }).class).toBe("deterministic");
    expect(ask({ reason, evidence: { http_status: 503 } }).class).toBe("transient_infra");
    expect(ask({ reason, evidence: { canceled: true } }).class).toBe("canceled");
  });

  it("R-FAIL-3: nothing at all is deterministic", () => {
    expect(ask({})).toMatchObject({ class: "deterministic", by: "default" });
  });
});

describe("the class table", () => {
  it("R-FAIL-6: all but canceled and transient_infra count for the cycle breaker, and transient_infra at restarts", () => {
    const counted = FAILURE_CLASSES.map((name) => [name, CLASS_POLICY[name].countsFor]);
    expect(Object.fromEntries(counted)).toEqual({
      transient_infra: "restart",
      deterministic: "cycle",
      canceled: "none",
      budget_exhausted: "cycle",
      compilation_loop: "cycle",
      structural: "cycle",
    });
  });

  it("R-FAIL-4: canceled work is followed by nothing", () => {
    const { retry, retryTarget, restart, failover, escalation } = CLASS_POLICY.canceled;
    expect([retry, retryTarget, restart, failover, escalation]).toEqual([false, false, false, false, false]);
  });

  it("R-FAIL-6: the published page is what the table says (else run: node scripts/docs.ts)", () => {
    const page = readFileSync(new URL("../../docs/reference/failure-classes.md", import.meta.url), "utf8");
    expect(page).toBe(failurePage());
    expect(page).toContain("| `transient_infra` | yes | yes | yes | at restarts | yes | no |");
  });

  it("R-FAIL-6: what sets structural and compilation_loop does set them", () => {
    expect(ask({ hint: "structural" }).class).toBe("structural");
    expect(ask({ evidence: { error_code: "scope_violation" } }).class).toBe("structural");
    expect(ask({ hint: "compilation_loop" }).class).toBe("compilation_loop");
    expect(ask({ evidence: { error_code: "compilation_loop" } }).class).toBe("compilation_loop");
  });
});
