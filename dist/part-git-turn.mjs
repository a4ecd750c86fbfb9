import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
function o(){let e=Promise.resolve();return n=>{let r=e.then(n,n);return e=r.catch(()=>{}),r}}export{o as a};
