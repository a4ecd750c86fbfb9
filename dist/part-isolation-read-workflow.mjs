import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a as p}from"./part-yaml.mjs";import"./part-git-worktree.mjs";import"./part-attributes-node.mjs";import"./part-engine-message-of.mjs";import"./part-zod.mjs";import{e as t}from"./part-runtime.mjs";var o=t(p(),1),m=r=>(0,o.parse)(r);export{m as readWorkflow};
