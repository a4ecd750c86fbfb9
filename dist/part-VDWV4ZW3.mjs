import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a,b,c}from"./part-GIFFSAQ6.mjs";import"./part-NHKGNBIS.mjs";import"./part-MICGYU46.mjs";import"./part-Y265VEUH.mjs";import"./part-WCD77USS.mjs";import"./part-3VQYYKZH.mjs";export{a as claimHop,b as runClaim,c as sayLegs};
