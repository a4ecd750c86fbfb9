import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a as o}from"./part-git-identity.mjs";async function d(n,r){let c=Math.floor(r.when.getTime()/1e3),[i,...g]=r.parents,s=[...r.changes],u=[`commit ${r.ref}
mark :1
`,`committer ${o.name} <${o.email}> ${c} +0000
`,f(r.message),...i===void 0?[]:[`from ${a(i)}
`],...g.map(t=>`merge ${a(t)}
`),...s.flatMap(([t,e])=>e===null?[`D ${m(t)}
`]:[]),...s.flatMap(([t,e])=>e===null?[]:[`M 100644 inline ${m(t)}
`,f(e)]),`get-mark :1
done
`],{stdout:l}=await n(["fast-import","--quiet","--done","--force"],{input:Buffer.concat(u.map(t=>Buffer.from(t)))});return l.toString("latin1").trim()}var f=n=>{let r=Buffer.from(n);return Buffer.concat([Buffer.from(`data ${r.length}
`),r,Buffer.from(`
`)])};function a(n){if(/^[0-9a-f]{40,64}$/.test(n))return n;throw new Error(`${JSON.stringify(n)} names no commit`)}function m(n){if(/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(n))return n;throw new Error(`${JSON.stringify(n)} is no path of a ledger`)}export{d as a};
