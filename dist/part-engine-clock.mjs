import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var a={now:()=>Date.now(),elapsed:()=>performance.now(),sleep:(n,e)=>new Promise(t=>{if(e.aborted)return t();let o=()=>{clearTimeout(r),e.removeEventListener("abort",o),t()},r=setTimeout(o,Math.max(0,Math.min(n,2e9)));e.addEventListener("abort",o,{once:!0})})};export{a};
