import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
function r(n){let e;return()=>(e??=n(),e)}export{r as a};
