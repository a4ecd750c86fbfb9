/** What is asked only once something has failed. A job loads it then (`scripts/called-later.ts`). */
export { classify } from "./classify.ts";
export { find } from "./find.ts";
export { spell } from "./spelling.ts";
