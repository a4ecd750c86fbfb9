import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a,b,c}from"./part-D4LJ57Y2.mjs";import"./part-3VKOHTML.mjs";import"./part-IKI2DMIB.mjs";import"./part-KABVLQ5Q.mjs";import"./part-WCD77USS.mjs";import"./part-3VQYYKZH.mjs";export{a as claimHop,b as runClaim,c as sayLegs};
