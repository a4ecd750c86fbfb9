/**
 * GitHub's own workflow parser. It imports its schemas as JSON without an import attribute, which Node refuses,
 * so a load hook adds the attribute for this one package.
 */
import { registerHooks } from "node:module";

const SCHEMA = /\/@actions\/workflow-parser\/dist\/[^/]+\.json$/;

registerHooks({
  load: (url, context, next) =>
    next(url, SCHEMA.test(url) ? { ...context, importAttributes: { type: "json" } } : context),
});

export const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await import(
  "@actions/workflow-parser"
);
export const { parseAction } = await import("@actions/workflow-parser/actions/index");
export const { convertToIfCondition } = await import("@actions/workflow-parser/model/converter/if-condition");
