import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a as o,b as r,c as m}from"./part-git-retained-commit.mjs";import"./part-git-worktree.mjs";import"./part-attributes-node.mjs";import"./part-engine-message-of.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";export{m as dropRefs,r as keepReachable,o as retainedCommit};
