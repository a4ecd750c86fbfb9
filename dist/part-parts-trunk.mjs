import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{Mc as o}from"./part-attributes-node.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";export{o as runTrunk};
