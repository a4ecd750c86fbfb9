import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
async function c(n,o,s){let e=s.filter(t=>t.length>=8);if(e.length===0)return!1;let{stdout:i}=await n(["rev-list","--objects","--no-object-names","--stdin"],{input:`${o.join(`
`)}
`}),{stdout:r}=await n(["cat-file","--batch","--buffer"],{input:i});return e.some(t=>r.includes(t))}export{c as a};
