/** Appends to one log for ever and says each seq once it is durable, until it is killed or the disk refuses. */
import { fileLedger } from "../../engine/ledger/file-ledger.ts";

const ledger = fileLedger(process.argv[2]!, "run-1");
const body = { ts: new Date().toISOString(), event: "tick", text: "x".repeat(200) };
let { tip } = await ledger.create([body]);
process.stdout.write("1\n");
for (;;) {
  const result = await ledger.append(tip, [body]);
  if (!result.ok) throw new Error("moved");
  tip = result.tip;
  process.stdout.write(`${result.events[0]!.seq}\n`);
}
