import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{xa as o}from"./part-git-worktree.mjs";import"./part-attributes-node.mjs";import"./part-engine-message-of.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";export{o as workOnTrunk};
