import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var p=({stages:l,into:o,defaultFidelity:s})=>s==="full"||[...l.values()].some(({fidelity:e})=>e==="full")||[...o.values()].some(e=>e.some(({fidelity:i})=>i==="full"));export{p as a};
