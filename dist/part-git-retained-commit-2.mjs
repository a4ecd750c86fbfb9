import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a as o,b as r,c as m}from"./part-git-retained-commit.mjs";import"./part-dotparser.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";export{o as KEEPS,m as keepReachable,r as retainedCommit};
