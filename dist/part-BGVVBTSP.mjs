import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{j as a}from"./part-767RY4GB.mjs";import"./part-I7NL6R5Z.mjs";import"./part-3ZUVIG7R.mjs";import"./part-XLJXD6DG.mjs";import"./part-3VQYYKZH.mjs";export{a as publish};
