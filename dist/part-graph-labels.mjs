import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var e=/^\s*(?:\[(\w+)\]|(\w)\)|(\w)\s+-(?=\s))\s*(?=\S)/;function n(r){let t=e.exec(r);return(t?.[1]??t?.[2]??t?.[3]??r.trim().charAt(0)).toUpperCase()}var s=r=>r.replace(e,"").trim(),o=r=>s(r).toLowerCase();export{n as a,o as b};
