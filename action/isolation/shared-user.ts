/**
 * Without control groups one user's processes cannot be told apart once they leave their session: they are all ended together,
 * whenever no command of the driver's runs as that user, and none begins until that is done (docs/decisions/111).
 */
import type { Enclosure } from "../../engine/git/work-user.ts";

export function sharedUser(endAll: () => Promise<string | null>): () => Promise<Enclosure> {
  let running = 0;
  let ending: Promise<string | null> | null = null;
  return async () => {
    while (ending !== null) await ending;
    running++;
    return {
      command: [],
      async end() {
        if (--running > 0) return null;
        ending = endAll().finally(() => {
          ending = null;
        });
        return await ending;
      },
    };
  };
}
