import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{k as a}from"./part-octokit-plugin-rest-endpoint-methods.mjs";import"./part-zod.mjs";import"./part-app-source.mjs";import"./part-dotparser.mjs";import"./part-graph-nearest.mjs";import"./part-runtime.mjs";export{a as publish};
