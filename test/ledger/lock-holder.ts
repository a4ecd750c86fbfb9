/** Takes the lock of a run folder and keeps it until it is killed. */
import { lockRunFolder } from "../../engine/ledger/lock.ts";

await lockRunFolder(process.argv[2]!, "held");
process.stdout.write("locked\n");
setInterval(() => undefined, 1 << 30);
