import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{D as n,F as t,J as i,N as o,O as z,y as e}from"./part-zod-4.mjs";import{a as l}from"./part-engine-once.mjs";var r=l(()=>i({exit_code:o(z(n())),signal:o(e()),timed_out:o(t()),canceled:o(t()),lost:o(t()),http_status:o(n()),error_code:o(e())}));export{r as a};
