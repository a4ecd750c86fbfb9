import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a as o}from"./part-actions-http-client.mjs";import"./part-tunnel.mjs";import"./part-zod-3.mjs";import"./part-zod-2.mjs";import"./part-dotparser.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";export{o as pastArtifacts};
