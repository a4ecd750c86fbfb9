import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{j as a}from"./part-TDV3VWZK.mjs";import"./part-NQ5BM6ZM.mjs";import"./part-WCPLYLJX.mjs";import"./part-XLJXD6DG.mjs";import"./part-3VQYYKZH.mjs";export{a as publish};
