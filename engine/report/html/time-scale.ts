/** Instants to places on a line from 0 to 1. Long stretches in which nothing runs are shown short. */

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface TimeScale {
  place(at: number): number;
  /** The stretches that were shortened, as places. */
  readonly cuts: readonly Span[];
  readonly whole: Span;
}

/** An idle stretch takes at most this part of the time that something ran. */
const LONGEST_IDLE = 0.12;

export function timeScale(busy: readonly Span[], whole: Span): TimeScale {
  const pieces = piecesOf(busy, whole);
  const active = sum(pieces.filter((piece) => piece.busy));
  const limit = active === 0 ? Number.POSITIVE_INFINITY : Math.max(active * LONGEST_IDLE, 1000);
  let drawn = 0;
  const placed = pieces.map((piece) => {
    const length = piece.to - piece.from;
    const shown = piece.busy ? length : Math.min(length, limit);
    const start = drawn;
    drawn += shown;
    return { ...piece, start, shown };
  });
  const total = drawn || 1;
  return {
    whole,
    cuts: placed
      .filter((piece) => piece.shown < piece.to - piece.from)
      .map(({ start, shown }) => ({ from: start / total, to: (start + shown) / total })),
    place(at) {
      const within = placed.find((piece) => at <= piece.to) ?? placed.at(-1);
      if (!within) return 0;
      const length = within.to - within.from || 1;
      const part = Math.min(1, Math.max(0, (at - within.from) / length));
      return (within.start + part * within.shown) / total;
    },
  };
}

interface Piece extends Span {
  readonly busy: boolean;
}

/** The whole, cut where work begins and ends. */
function piecesOf(busy: readonly Span[], whole: Span): Piece[] {
  const pieces: Piece[] = [];
  let at = whole.from;
  for (const span of busy.toSorted((a, b) => a.from - b.from)) {
    const from = Math.max(span.from, at);
    const to = Math.min(span.to, whole.to);
    if (to <= from) continue;
    if (from > at) pieces.push({ from: at, to: from, busy: false });
    pieces.push({ from, to, busy: true });
    at = to;
  }
  if (whole.to > at) pieces.push({ from: at, to: whole.to, busy: false });
  return pieces;
}

const sum = (spans: readonly Span[]): number => spans.reduce((all, span) => all + span.to - span.from, 0);
