import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a,b,c}from"./part-JZ4RHR36.mjs";import"./part-QMKLTUE3.mjs";import"./part-A7GV5N3D.mjs";import"./part-Y265VEUH.mjs";import"./part-7QSV6B47.mjs";import"./part-KSHXGJSJ.mjs";import"./part-WCD77USS.mjs";import"./part-3VQYYKZH.mjs";export{a as claimHop,b as runClaim,c as sayLegs};
