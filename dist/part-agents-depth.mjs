import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
function o(n){let e=[n];for(let l=0;l<=200;l++)if(e=e.flatMap(t=>t!==null&&typeof t=="object"?Object.values(t):[]),e.length===0)return!1;return!0}export{o as a};
