import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var n=/\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[@-Z\\^_])/g,r=e=>e.toWellFormed().replace(/\r\n?/g,`
`).replace(n,"").replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]/g,"");export{n as a,r as b};
