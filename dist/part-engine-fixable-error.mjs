import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var r=class extends Error{name="FixableError";fix;constructor(s,e){super(s),this.fix=e}};export{r as a};
