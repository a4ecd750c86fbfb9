import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a as o,b as r,c as m}from"./part-agents-simulate-script.mjs";import"./part-zod-3.mjs";import"./part-zod-2.mjs";import"./part-dotparser.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";export{o as parseScript,m as stepFor,r as withAllTools};
