/** The gate outside and what leads to it within, as a room needs them. */
import { hostProgram } from "../../api/tools/host-file.ts";
import type { Mount } from "../argv.ts";
import { openEgressGate } from "./gate.ts";
import { EGRESS_ENV, MODEL_SOCKET, OUT_SOCKET } from "./inside.ts";

export interface EgressWay {
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
  /** What our program within is made of. */
  readonly parts: readonly string[];
  through(file: string, args: readonly string[]): { readonly file: string; readonly args: readonly string[] };
  close(): Promise<void>;
}

export async function openWay(hosts: readonly string[], modelUrl: string | null): Promise<EgressWay> {
  const port = modelUrl === null ? null : Number(new URL(modelUrl).port);
  const gate = await openEgressGate(hosts, port);
  const program = await hostProgram();
  return {
    mounts: [
      { as: "write", path: OUT_SOCKET, from: gate.out },
      ...(gate.model === null ? [] : [{ as: "write", path: MODEL_SOCKET, from: gate.model } as const]),
    ],
    env: EGRESS_ENV,
    parts: [program.parts],
    through: (file, args) => ({
      file: process.execPath,
      args: [
        "--disable-warning=ExperimentalWarning",
        program.file,
        "inside",
        port === null ? "-" : String(port),
        file,
        ...args,
      ],
    }),
    async close() {
      await gate.close();
      await program.remove();
    },
  };
}
