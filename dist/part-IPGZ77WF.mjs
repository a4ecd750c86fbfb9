import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{j as a}from"./part-YSVUINRV.mjs";import"./part-QMUSAFYY.mjs";import"./part-C2HZL2XU.mjs";import"./part-7QSV6B47.mjs";import"./part-KSHXGJSJ.mjs";import"./part-WCD77USS.mjs";import"./part-3VQYYKZH.mjs";export{a as publish};
