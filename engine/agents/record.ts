/** What was called and with what, beside the attempt's other files. */

import { join } from "node:path";
import { asJson } from "../as-json.ts";
import { writeNewFile } from "../git/plain-file.ts";

export interface Invocation {
  readonly argv: readonly string[];
  readonly executable: string;
  readonly version: string | null;
  readonly state_root: string | null;
  readonly exit_code: number | null;
  /** False where the CLI holds an account of its own. */
  readonly proxied: boolean;
  readonly sandbox: boolean;
  /** The CLI itself, or bubblewrap around all of it. */
  readonly confined_by: string | null;
}

export interface ProviderUsed {
  readonly backend: string;
  readonly mode: string;
  readonly provider: string;
  readonly model: string | null;
}

export const recordInvocation = (
  folder: string,
  what: Invocation,
  mask: (text: string) => string,
): Promise<void> => put(folder, "cli_invocation.json", { ...what, argv: what.argv.map(mask) });

export const recordProvider = (folder: string, what: ProviderUsed): Promise<void> =>
  put(folder, "provider_used.json", what);

const put = (folder: string, name: string, what: object): Promise<void> =>
  writeNewFile(join(folder, name), asJson(what));
