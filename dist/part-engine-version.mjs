import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var n={version:"0.1.0"};var r=n.version,s=t=>t.split(".")[0]??"",g=t=>s(t)===s(r)?null:`this run was begun by engine ${t}; this is ${r}`;export{r as a,s as b,g as c};
