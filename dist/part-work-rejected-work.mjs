import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a as u}from"./part-git-holds-secret.mjs";import{md as h}from"./part-dotparser.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";import{appendFile as l,mkdir as g}from"node:fs/promises";import{join as m}from"node:path";var d="refs/heads/attractor-work";async function P(t,r,n,{file:s,artifact:a,refusal:c}){let{job:i}=t,e=await w(t,r,n,s).then(()=>p(i.runId,a,s)).catch(o=>`It could not be kept: ${o instanceof Error?o.message:String(o)}`);if(t.say.notice(`the work of the stages was refused. ${e}`),i.summaryPath!==null){let o=`## Work that was refused

${b(t.redact(c))}
${e}
`;await l(i.summaryPath,o)}return e}async function w({job:t,remote:r,secrets:n},s,a,c){let{git:i}=r.repo,e=s.started.base_sha;if(a===null||a===e)throw new Error("no stage committed anything");await s.bring(a),e!==void 0&&await r.fetchCommits([e]);let o=e===void 0?[a]:[a,`^${e}`];if(await u(i,o,n))throw new Error("it holds a secret of this job, and an artifact is read by whoever may read the repository");let f=h(t);await g(f,{recursive:!0}),await i(["update-ref",d,a]),await i(["bundle","create","--quiet",m(f,c),d,...o.slice(1)])}var p=(t,r,n)=>`It is above the commit that the run began with, in a bundle:

\`\`\`sh
gh run download ${t} --name ${r}
git fetch ${n} ${d}:attractor-work
\`\`\`
`;function b(t){let r=Math.max(2,...[...t.matchAll(/`+/g)].map(([s])=>s.length)),n="`".repeat(r+1);return`${n}
${t.trim().slice(0,4e3)}
${n}
`}export{P as leaveWork};
