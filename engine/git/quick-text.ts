/** A commit's text as git writes it. */
import { ENGINE_IDENTITY } from "./identity.ts";

export interface CommitParts {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

/** Who did it and when, as commits and logs of refs have it. */
export const byEngine = (): string =>
  `${ENGINE_IDENTITY.name} <${ENGINE_IDENTITY.email}> ${Math.floor(Date.now() / 1000)} +0000`;

export function commitText({ tree, parents, message }: CommitParts, by = byEngine()): Buffer {
  const above = parents.map((parent) => `parent ${parent}\n`).join("");
  return Buffer.from(`tree ${tree}\n${above}author ${by}\ncommitter ${by}\n\n${message}\n`);
}
