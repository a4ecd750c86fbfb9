import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a as o}from"./part-yauzl.mjs";import"./part-git-bundle.mjs";import"./part-zod-3.mjs";import"./part-zod-2.mjs";import"./part-dotparser.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";export{o as readHandoff};
