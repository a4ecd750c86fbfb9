import pkg from "../package.json" with { type: "json" };

export const ENGINE_VERSION: string = pkg.version;

export const majorOf = (version: string): string => version.split(".")[0] ?? "";

/** Why this engine does not go on with what another one began; null when it does. */
export const otherMajor = (version: string): string | null =>
  majorOf(version) === majorOf(ENGINE_VERSION)
    ? null
    : `this run was begun by engine ${version}; this is ${ENGINE_VERSION}`;
