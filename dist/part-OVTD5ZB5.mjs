import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var e=class extends Error{name="LedgerError";code;mend;constructor(r,n,o,t){super(n,t),this.code=r,this.mend=o}};export{e as a};
