import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{f as t}from"./part-github-graph-source.mjs";var s=({job:e,inputs:i,remote:r},{github:o})=>t(o?.config_path??i.config,n=>r.readFile(o?.graph_sha??e.sha,n));export{s as a};
