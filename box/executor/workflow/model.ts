/** A workflow file as the executor runs it. Nodes that may hold expressions stay tokens until their moment comes. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import type { Permissions } from "../../actions/port.ts";

export interface InputDefinition {
  readonly type: "string" | "boolean" | "number" | "choice" | "environment";
  readonly required: boolean;
  readonly default: TemplateToken | undefined;
  readonly options: readonly string[];
}

export interface StepDefinition {
  readonly id: string | undefined;
  readonly name: TemplateToken | undefined;
  /** Always names a status function: the parser adds `success() && (…)` where the file has none. */
  readonly if: string;
  readonly env: TemplateToken | undefined;
  readonly continueOnError: TemplateToken | undefined;
  readonly timeoutMinutes: TemplateToken | undefined;
  readonly run: TemplateToken | undefined;
  readonly shell: TemplateToken | undefined;
  readonly workingDirectory: TemplateToken | undefined;
  readonly uses: string | undefined;
  readonly with: TemplateToken | undefined;
}

interface BaseJob {
  readonly id: string;
  readonly name: TemplateToken | undefined;
  readonly needs: readonly string[];
  readonly if: string;
  readonly strategy: TemplateToken | undefined;
  readonly concurrency: TemplateToken | undefined;
  readonly permissions: Permissions | undefined;
  /** Where the file names the job, for messages. */
  readonly where: string;
}

export interface StepsJob extends BaseJob {
  readonly kind: "steps";
  readonly runsOn: TemplateToken;
  readonly env: TemplateToken | undefined;
  readonly defaults: TemplateToken | undefined;
  readonly outputs: TemplateToken | undefined;
  readonly environment: TemplateToken | undefined;
  readonly container: TemplateToken | undefined;
  readonly timeoutMinutes: TemplateToken | undefined;
  readonly continueOnError: TemplateToken | undefined;
  readonly steps: readonly StepDefinition[];
}

export interface CallJob extends BaseJob {
  readonly kind: "call";
  readonly uses: string;
  readonly with: TemplateToken | undefined;
  readonly secrets: ReadonlyMap<string, TemplateToken> | "inherit";
}

export type JobDefinition = StepsJob | CallJob;

export interface CallInterface {
  readonly inputs: ReadonlyMap<string, InputDefinition>;
  readonly secrets: ReadonlyMap<string, { readonly required: boolean }>;
  readonly outputs: ReadonlyMap<string, TemplateToken>;
}

export interface Workflow {
  readonly path: string;
  readonly name: string | undefined;
  readonly runName: TemplateToken | undefined;
  readonly events: ReadonlySet<string>;
  /** Inputs of `workflow_dispatch`; undefined when the file does not take that event. */
  readonly dispatch: ReadonlyMap<string, InputDefinition> | undefined;
  /** What `workflow_call` takes and gives; undefined when the file cannot be called. */
  readonly call: CallInterface | undefined;
  readonly env: TemplateToken | undefined;
  readonly defaults: TemplateToken | undefined;
  readonly concurrency: TemplateToken | undefined;
  readonly permissions: Permissions | undefined;
  readonly jobs: ReadonlyMap<string, JobDefinition>;
}

/** The file cannot run: bad syntax, a rule of GitHub's broken, or something the box does not support. */
export class InvalidWorkflow extends Error {
  override readonly name = "InvalidWorkflow";
}
