import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a as t}from"./part-yaml.mjs";import{e as n}from"./part-runtime-2.mjs";var o=n(t(),1),e=r=>(0,o.parse)(r);export{e as readWorkflow};
