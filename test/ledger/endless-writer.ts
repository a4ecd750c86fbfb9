/** Replaces one file for ever, each time with another version, until it is killed. */
import { writeJsonAtomic } from "../../engine/ledger/atomic.ts";

const [path] = process.argv.slice(2);
for (let version = 1; ; version++) {
  await writeJsonAtomic(path!, { version, text: String(version).repeat(20_000) });
  if (version === 1) process.stdout.write("writing\n");
}
