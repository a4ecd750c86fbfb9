import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var e=n=>new TextEncoder().encode(JSON.stringify(n)).length;export{e as a};
