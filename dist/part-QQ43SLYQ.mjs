import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{k as a}from"./part-WSDCMX4L.mjs";import"./part-C2HZL2XU.mjs";import"./part-O7WG7ELH.mjs";import"./part-L2TEZOLQ.mjs";import"./part-WCD77USS.mjs";import"./part-3VQYYKZH.mjs";export{a as publish};
