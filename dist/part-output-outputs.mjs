import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{b as o,c as r}from"./part-notify-next-steps.mjs";import"./part-github-delivery.mjs";import"./part-projections-live.mjs";import"./part-dotparser.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";export{r as commandless,o as sayEnd};
