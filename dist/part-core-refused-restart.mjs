import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
function u({ended:e,scopes:r}){let t=r.get("")?.cursor;return e?.event!=="run_failed"||t?.phase!=="done"?null:t.result.restartBlocked??null}export{u as a};
