import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{j as a}from"./part-WWOIPSNU.mjs";import"./part-5AVOT7LE.mjs";import"./part-CAUKUBSY.mjs";import"./part-XLJXD6DG.mjs";import"./part-3VQYYKZH.mjs";export{a as publish};
