/** What preflight says: every problem at once, each with the sentence that fixes it. */

import type { EventBody } from "../../core/events.ts";

export interface PreflightCheck {
  readonly name: CheckName;
  readonly provider: string;
  readonly status: "pass" | "warn" | "fail";
  readonly message: string;
}

/** The first nine as others know them. */
export type CheckName =
  | "provider_api_presence"
  | "provider_api_credentials"
  | "provider_cli_presence"
  | "provider_cli_capabilities"
  | "provider_cli_model_access"
  | "provider_executable_policy"
  | "provider_model_catalog"
  | "cli_only_model_backend"
  | "provider_prompt_probe"
  | "provider_model_settings"
  | "provider_cost"
  | "provider_prompt_size"
  | "graph_validation"
  | "graph_input"
  | "graph_answer"
  | "graph_script"
  | "sandbox";

export const failed = (name: CheckName, messages: readonly string[]): PreflightCheck[] =>
  messages.map((message) => ({ name, provider: "", status: "fail", message }));

export interface PreflightReport {
  readonly generated_at: string;
  readonly completed_at: string;
  readonly cli_profile: "real" | "test_shim";
  readonly allow_test_shim: boolean;
  readonly simulated: boolean;
  readonly checks: readonly PreflightCheck[];
  readonly summary: { readonly pass: number; readonly warn: number; readonly fail: number };
}

export function summaryOf(checks: readonly PreflightCheck[]): PreflightReport["summary"] {
  const count = (status: PreflightCheck["status"]) =>
    checks.filter((check) => check.status === status).length;
  return { pass: count("pass"), warn: count("warn"), fail: count("fail") };
}

/** What the run's log says of it. */
export const warningsOf = ({ checks }: PreflightReport): EventBody[] =>
  checks.flatMap(({ name, provider, status, message }): EventBody[] => {
    if (name === "sandbox" && status === "warn") return [{ event: "warning", code: "not_confined", message }];
    const paid = name === "provider_prompt_probe" && provider === "";
    return paid ? [{ event: "warning", code: "probes_paid", message }] : [];
  });

/** Raised for a run that could not succeed; nothing of it has begun. */
export class PreflightError extends Error {
  override readonly name = "PreflightError";
  readonly problems: readonly string[];
  readonly report: PreflightReport;
  constructor(report: PreflightReport) {
    const problems = report.checks.flatMap(({ status, message }) => (status === "fail" ? [message] : []));
    super(`preflight: ${problems.join("; ")}`);
    this.problems = problems;
    this.report = report;
  }
}
