import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var s=n=>n instanceof Error?n.message:String(n);export{s as a};
