import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a}from"./part-yaml-2.mjs";import"./part-runtime-2.mjs";export default a();
