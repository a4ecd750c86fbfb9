import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{j as a}from"./part-43UFPWNM.mjs";import"./part-6NWZ4DWK.mjs";import"./part-TVAKL45S.mjs";import"./part-XLJXD6DG.mjs";import"./part-3VQYYKZH.mjs";export{a as publish};
