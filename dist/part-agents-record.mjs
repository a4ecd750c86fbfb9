import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{A as e,J as i}from"./part-git-worktree.mjs";import{join as d}from"node:path";var g=(r,o,n)=>t(r,"cli_invocation.json",{...o,argv:o.argv.map(n)}),c=(r,o)=>t(r,"provider_used.json",o),t=(r,o,n)=>e(d(r,o),i(n));export{g as a,c as b};
