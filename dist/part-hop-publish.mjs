import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{h as o}from"./part-octokit-plugin-rest-endpoint-methods.mjs";import"./part-tunnel.mjs";import"./part-github-delivery.mjs";import"./part-zod-3.mjs";import"./part-zod-2.mjs";import"./part-dotparser.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";export{o as publish};
