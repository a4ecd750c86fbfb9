import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{b as s}from"./part-stages-whole-lines.mjs";import{d as i,e as l,h as r}from"./part-git-plain-file.mjs";import{closeSync as u}from"node:fs";var f=4*1024*1024,g=t=>p(()=>i(t)),m=t=>p(()=>l(t));function p(t){let o;try{o=t()}catch{return null}let{fd:e,stat:n}=o;try{return n.size<=f?r(e,n.size).toString("utf8"):`${s(r(e,f)).toString("utf8")}
\u2026 cut here: ${n.size} bytes in all
`}finally{u(e)}}export{g as a,m as b};
