import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var i={now:()=>Date.now(),sleep:(n,e)=>new Promise(o=>{if(e.aborted)return o();let t=()=>{clearTimeout(r),e.removeEventListener("abort",t),o()},r=setTimeout(t,Math.max(0,Math.min(n,2e9)));e.addEventListener("abort",t,{once:!0})})};export{i as a};
