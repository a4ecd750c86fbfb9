import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var t={name:"attractor",email:"attractor@attractor.invalid"};export{t as a};
