import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{j as a}from"./part-UDW6SQIP.mjs";import"./part-P7O4WTJ2.mjs";import"./part-HI6QPHQX.mjs";import"./part-XLJXD6DG.mjs";import"./part-3VQYYKZH.mjs";export{a as publish};
