import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{readdirSync as e,readFileSync as n}from"node:fs";var c=()=>e("/proc").flatMap(r=>/^\d+$/.test(r)?[Number(r)]:[]);function s(r,t){try{return n(`/proc/${r}/${t}`,"utf8")}catch{return""}}export{c as a,s as b};
