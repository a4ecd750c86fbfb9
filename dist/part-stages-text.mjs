import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
function f(n,e){let r=Buffer.byteLength(n);if(r<=e)return n;let t=` [... ${r} bytes, cut]`;return u(n,Math.max(0,e-t.length))+t}function g(n,e){let r=Buffer.byteLength(n);if(r<=e)return n;let t=`
[... cut, ${r} bytes in all ...]
`,i=Math.floor((e-t.length)/3);return u(n,i)+t+o(n,e-t.length-i)}function u(n,e){let r=Buffer.from(n),t=Math.min(e,r.length);for(;t>0&&s(r[t]);)t--;return r.subarray(0,t).toString("utf8")}function o(n,e){let r=Buffer.from(n),t=Math.max(0,r.length-e);for(;s(r[t]);)t++;return r.subarray(t).toString("utf8")}var s=n=>n!==void 0&&(n&192)===128,c=n=>n.replace(/\s+/g," ").trim();export{f as a,g as b,c};
