import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{s as c}from"./part-attributes-node.mjs";var i=class extends Error{name="BundleError"};async function h(e,n,t){let s=`refs/bundled/${n}`;await e(["update-ref",s,n]);let{stdout:a}=await e(["bundle","create","--quiet","--version=2","-","--stdin"],{input:`${[s,...t.map(r=>`^${r}`)].join(`
`)}
`});return a}function x(e){let{lines:n}=u(e);return n.flatMap(t=>/^-([0-9a-f]{40})\b/.exec(t)?.[1]??[])}var w=256*1024,f=`# v2 git bundle
`;function u(e){let n=e.subarray(0,w).indexOf(`

`),t=n<0?"":e.toString("latin1",0,n+1);if(!t.startsWith(f))throw new i("its work is no git bundle");return{lines:t.slice(f.length).split(`
`).filter(Boolean),end:n}}async function b(e,n,t){let{lines:s,end:a}=u(n),[r,l]=s.flatMap(o=>/^([0-9a-f]{40}) \S+$/.exec(o)?.[1]??[]);if(r===void 0||l!==void 0)throw new i("its work does not name one commit");let d=await e(["index-pack","--stdin","--fix-thin","--strict",`--max-input-size=${t}`],{input:n.subarray(a+2),accept:[1,128]}).catch(o=>{throw o instanceof c?new i(`its work cannot be unpacked: ${o.message}`):o});if(d.exitCode!==0)throw new i(`its work holds objects that git refuses: ${d.stderr.trim().slice(0,500)}`);if((await e(["cat-file","-e",`${r}^{commit}`],{accept:[1,128]})).exitCode!==0)throw new i(`its work does not hold the commit ${r.slice(0,12)} that it names`);return r}export{i as a,h as b,x as c,b as d};
