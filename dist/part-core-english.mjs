import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{b as o,h as c}from"./part-zod-3.mjs";o(c.en());
