import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{c as a}from"./part-confine-bwrap-2.mjs";import"./part-git-child.mjs";import"./part-git-work-user.mjs";import"./part-runtime-2.mjs";export{a as bubblewrap};
