import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{join as o}from"node:path";var a=t=>o(t,"status.json"),r=t=>({worktree:o(t,"status.json"),dot_ai:o(t,".ai","status.json")}),e=["worktree","dot_ai"];export{a,r as b,e as c};
