import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{createHash as s}from"node:crypto";var r=t=>`sha256:${s("sha256").update(t).digest("hex")}`;export{r as a};
