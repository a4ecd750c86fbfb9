/** The lines that differ between two texts, as people know them from git: with three lines around each change. */

const AROUND = 3;
/** Cells of the comparison; larger texts are told as changed and no more. */
const MOST_CELLS = 4_000_000;

/** Null: too large to compare here. */
export function lineDiff(before: string, after: string): string | null {
  const [a, b] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [x, y] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  if (x.length * y.length > MOST_CELLS) return null;
  const steps = [
    ...a.slice(0, head).map((line) => ` ${line}`),
    ...stepsBetween(x, y),
    ...a.slice(a.length - tail).map((line) => ` ${line}`),
  ];
  return hunks(steps).join("\n");
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** By the longest common subsequence. */
function stepsBetween(a: readonly string[], b: readonly string[]): string[] {
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      longest[at] =
        a[i] === b[j] ? longest[at + width + 1]! + 1 : Math.max(longest[at + width]!, longest[at + 1]!);
    }
  }
  const steps: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const at = i * width + j;
    if (i < a.length && j < b.length && a[i] === b[j]) {
      steps.push(` ${a[i]}`);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && longest[at + width]! >= longest[at + 1]!)) {
      steps.push(`-${a[i++]}`);
    } else steps.push(`+${b[j++]}`);
  }
  return steps;
}

function hunks(steps: readonly string[]): string[] {
  const shown = new Set<number>();
  for (const [at, step] of steps.entries()) {
    if (step.startsWith(" ")) continue;
    for (let near = Math.max(0, at - AROUND); near <= at + AROUND; near++) shown.add(near);
  }
  return steps.flatMap((step, at) => {
    if (!shown.has(at)) return [];
    return shown.has(at - 1) ? [step] : [`@@ line ${lineOf(steps, at)} @@`, step];
  });
}

/** In the new text, counted from 1. */
const lineOf = (steps: readonly string[], at: number): number =>
  steps.slice(0, at).filter((step) => !step.startsWith("-")).length + 1;
