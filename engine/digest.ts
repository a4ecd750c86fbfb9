import { createHash } from "node:crypto";

/** How a run names the exact text of its graph and config. */
export const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
