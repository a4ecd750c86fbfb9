import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{b as m,c}from"./part-work-work-bundle.mjs";import"./part-git-holds-secret.mjs";import"./part-git-worktree.mjs";import"./part-attributes-node.mjs";import{a as s}from"./part-engine-message-of.mjs";import"./part-zod.mjs";import"./part-runtime.mjs";import{appendFile as g}from"node:fs/promises";async function w(t,e,n,{file:r,artifact:f,refusal:u}){let{job:o}=t,a=await m(t,e,n,r).then(()=>l(o.runId,f,r)).catch(i=>`It could not be kept: ${s(i)}`);if(t.say.notice(`the work of the stages was refused. ${a}`),o.summaryPath!==null){let i=`## Work that was refused

${h(t.redact(u))}
${a}
`;await g(o.summaryPath,i)}return a}var l=(t,e,n)=>`It is above the commit that the run began with, in a bundle:

\`\`\`sh
${c(t,e,n).join(`
`)}
\`\`\`
`;function h(t){let e=Math.max(2,...[...t.matchAll(/`+/g)].map(([r])=>r.length)),n="`".repeat(e+1);return`${n}
${t.trim().slice(0,4e3)}
${n}
`}export{w as leaveWork};
