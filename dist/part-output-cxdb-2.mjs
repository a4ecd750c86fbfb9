import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a as o,b as r}from"./part-output-cxdb.mjs";import"./part-cxdb-binary.mjs";import"./part-git-worktree.mjs";import"./part-attributes-node.mjs";import"./part-engine-message-of.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";export{r as bringToCxdb,o as cxdbEvent};
