/** Which lines of a reason tell of the failure. */
const DRESS = /^(?:npm (?:error|ERR!)|E {2,}|#+|[*-]) ?/;
/** Stack frames, source excerpts, advice, and what tools say when they give up. */
const NOISE =
  /^(?:(?:error: )?(?:could not compile|aborting due)|(?:compiling|downloading|finished) |at |\^|\||~|\d+ *\||=? ?(?:note|help|hint)\b|see |for more |run with |stack backtrace|duration_ms:|failureType:|location:|goroutine |> |\.{3})/i;
const ALARM =
  /\b(?:error|errors|fail|failed|failure|panic|panicked|exception|fatal|cannot|undefined|missing|unknown|expected|assert|denied|refused|not found)\b/i;
const MOST = 16;

export function tellingLines(text: string): string[] {
  const lines = text.split("\n").map((line) => withoutPassed(line.trim().replace(DRESS, "")));
  const telling = lines.filter((line) => line !== "" && !NOISE.test(line));
  if (telling.length <= MOST) return telling.length > 0 ? telling : lines.slice(0, MOST);
  const alarming = telling.filter((line) => ALARM.test(line));
  return (alarming.length > 0 ? alarming : telling).slice(0, MOST);
}

/** "a ✓, b ✗" is about b. */
function withoutPassed(line: string): string {
  if (!/[\u2713\u2714\u2705]/.test(line)) return line;
  const left = line.split(/[,;]/).filter((part) => !/[\u2713\u2714\u2705]/.test(part));
  return left.length === 0 ? line : left.join(",");
}
