import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var e=class extends Error{name="DispatchRefused";mend;constructor(r,n,t){super(r,t),this.mend=n}};export{e as a};
