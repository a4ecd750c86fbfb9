/** A row of a public specification's Definition of Done: the test that shows it, or why it is not built. */
export type Row = { readonly test: readonly [file: string, title: string] } | { readonly out: string };
export type Rows = Readonly<Record<string, Row>>;

/** `file` below test/, `title` a part of the test's own. */
export const by = (file: string, title: string): Row => ({ test: [file, title] });
export const out = (reason: string): Row => ({ out: reason });

export const LOOP = "agents/api/loop.test.ts";
export const SESSION_END = "agents/api/session-end.test.ts";
export const TOOLS = "agents/api/tools.test.ts";
export const PATCH = "agents/api/patch.test.ts";
export const REQUEST = "agents/api/request.test.ts";
export const RETRY = "agents/api/retry.test.ts";
export const STREAM = "agents/api/stream.test.ts";
export const TOLD = "agents/instructions.test.ts";
export const MOCK = "agents/api/aimock.test.ts";
