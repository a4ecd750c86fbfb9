import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{b as s}from"./part-stages-whole-lines.mjs";import{d as i,e as l,h as r}from"./part-git-plain-file.mjs";import{join as f}from"node:path";var d=({temp:t})=>f(t,"attractor-result");import{closeSync as c}from"node:fs";var p=4*1024*1024,H=t=>u(()=>i(t)),O=t=>u(()=>l(t));function u(t){let o;try{o=t()}catch{return null}let{fd:e,stat:n}=o;try{return n.size<=p?r(e,n.size).toString("utf8"):`${s(r(e,p)).toString("utf8")}
\u2026 cut here: ${n.size} bytes in all
`}finally{c(e)}}export{d as a,H as b,O as c};
