import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var T=/^(?:GITHUB_(?:TOKEN|ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)|ACTIONS_(?:RUNTIME|ID_TOKEN|RESULTS|CACHE)_.*|INPUT_.*)$/;export{T as a};
