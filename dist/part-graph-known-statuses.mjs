import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var t=["success","partial_success","retry","fail","skipped"],n=s=>t.includes(s);export{t as a,n as b};
