/** Lines at the end of a terminal that are written anew in place, in one write each time, so that nothing flickers. */
export interface Redraw {
  /** Replaces what stands there. */
  show(lines: readonly string[]): void;
  /** Writes above; the lines come again below it. */
  above(text: string): void;
  /** Leaves what stands there for good. */
  leave(): void;
}

const UP = (n: number): string => (n === 0 ? "" : `\x1b[${n}F`);
const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
const HIDE = "\x1b[?25l";
const SHOW = "\x1b[?25h";

export function redraw(out: (text: string) => void): Redraw {
  let shown: readonly string[] = [];
  let hidden = false;
  const write = (head: string, lines: readonly string[]) => {
    const body = lines.map((line) => `${line}${CLEAR_LINE}\n`).join("");
    out(`${BEGIN}${hidden ? "" : HIDE}${UP(shown.length)}${head}${body}${CLEAR_BELOW}${END}`);
    hidden = true;
    shown = lines;
  };
  return {
    show(lines) {
      if (lines.length === shown.length && lines.every((line, i) => line === shown[i])) return;
      write("", lines);
    },
    above: (text) => write(text.replace(/\n?$/, `${CLEAR_LINE}\n`), shown),
    leave() {
      shown = [];
      if (hidden) out(SHOW);
      hidden = false;
    },
  };
}
