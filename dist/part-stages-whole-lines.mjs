import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
function t(r){let n=r.subarray(0,8192).indexOf(10);return r.subarray(n===-1?8192:n+1)}function e(r){let n=Math.max(0,r.length-8192),f=r.subarray(n).lastIndexOf(10);return r.subarray(0,f===-1?n:n+f+1)}export{t as a,e as b};
