import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a as u}from"./part-output-result-folder.mjs";import"./part-runtime-2.mjs";import{appendFile as f,mkdir as g}from"node:fs/promises";import{join as h}from"node:path";var d="refs/heads/attractor-work",m=8;async function P(t,n,r,{file:a,artifact:o,refusal:c}){let{job:e}=t,s=await w(t,n,r,a).then(()=>y(e.runId,o,a)).catch(i=>`It could not be kept: ${i instanceof Error?i.message:String(i)}`);if(t.say.notice(`the work of the stages was refused. ${s}`),e.summaryPath!==null){let i=`## Work that was refused

${p(t.redact(c))}
${s}
`;await f(e.summaryPath,i)}return s}async function w({job:t,remote:n,secrets:r},a,o,c){let{git:e}=n.repo,s=a.started.base_sha;if(o===null||o===s)throw new Error("no stage committed anything");await a.bring(o),s!==void 0&&await n.fetchCommits([s]);let i=s===void 0?[o]:[o,`^${s}`];if(await b(e,i,r))throw new Error("it holds a secret of this job, and an artifact is read by whoever may read the repository");let l=u(t);await g(l,{recursive:!0}),await e(["update-ref",d,o]),await e(["bundle","create","--quiet",h(l,c),d,...i.slice(1)])}async function b(t,n,r){let a=r.filter(e=>e.length>=m);if(a.length===0)return!1;let{stdout:o}=await t(["rev-list","--objects","--no-object-names",...n]),{stdout:c}=await t(["cat-file","--batch","--buffer"],{input:o});return a.some(e=>c.includes(e))}var y=(t,n,r)=>`It is above the commit that the run began with, in a bundle:

\`\`\`sh
gh run download ${t} --name ${n}
git fetch ${r} ${d}:attractor-work
\`\`\`
`;function p(t){let n=Math.max(2,...[...t.matchAll(/`+/g)].map(([a])=>a.length)),r="`".repeat(n+1);return`${r}
${t.trim().slice(0,4e3)}
${r}
`}export{P as leaveWork};
