/** The command as a person starts it: as built where that is current (`npm test` sees to it), else from the sources. */
export const ATTRACTOR = new URL("../cli/attractor.mjs", import.meta.url).pathname;
