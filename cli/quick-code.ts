/** What one command does with a large text is over before code of V8's best compiler pays for its making. */

/** Older ones have no second compiler between that and none. */
const FIRST_WITH_MAGLEV = 22;

/** To be asked once all code is loaded: what Node keeps of it from earlier runs is bound to V8's flags. */
export async function leaveBestCompilerOut(): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < FIRST_WITH_MAGLEV) return;
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--no-opt");
}
