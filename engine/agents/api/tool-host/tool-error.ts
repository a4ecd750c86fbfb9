/** A tool's refusal or failure, worded for the model. */
export class ToolError extends Error {}
