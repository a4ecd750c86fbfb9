import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a,b}from"./part-git-retained-commit-2.mjs";import"./part-runtime-2.mjs";export{b as keepReachable,a as retainedCommit};
