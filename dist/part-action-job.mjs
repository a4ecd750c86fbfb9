import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{Ad as o}from"./part-dotparser.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";export{o as runJob};
