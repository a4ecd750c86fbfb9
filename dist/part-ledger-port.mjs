import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var r=class extends Error{name="LedgerError";code;fix;constructor(e,t,o,d){super(t,d),this.code=e,this.fix=o}},i=(n,e)=>new r("exists",`${n} exists already`,"resume that run, or start another one with a new run id",{cause:e});export{r as a,i as b};
