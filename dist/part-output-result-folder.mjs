import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{join as o}from"node:path";var i=({temp:t})=>o(t,"attractor-result");export{i as a};
