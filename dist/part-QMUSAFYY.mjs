import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{e as t}from"./part-7QSV6B47.mjs";var s=({job:e,inputs:n,remote:r},{github:o})=>t(o?.config_path??n.config,i=>r.readFile(o?.graph_sha??e.sha,i));export{s as a};
