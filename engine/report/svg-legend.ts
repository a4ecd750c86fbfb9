/** What the colours and shapes mean: only those that the drawing uses, in rows as wide as the drawing. */
import type { HandlerType } from "../graph/handler-type.ts";
import type { Size } from "./layout.ts";
import type { NodeState } from "./overlay.ts";
import { badge } from "./svg-node.ts";
import { PLAIN, plainEdge, plainLook } from "./svg-style.ts";
import { attr, coordinate, svgText } from "./svg-text.ts";
import { textWidth } from "./text-width.ts";

const ROW = 22;
const SIZE = 11;
const SWATCH = 22;

const KIND_NAMES: Readonly<Record<HandlerType, string>> = {
  start: "start",
  exit: "exit",
  agent: "agent",
  tool: "tool",
  conditional: "condition",
  "wait.human": "human gate",
  parallel: "fan-out",
  "parallel.fan_in": "fan-in",
  "stack.manager_loop": "manager loop",
};

export interface LegendItem {
  readonly name: string;
  readonly mark: string;
}

export function kindItems(kinds: ReadonlySet<HandlerType>): LegendItem[] {
  return (Object.keys(KIND_NAMES) as HandlerType[])
    .filter((kind) => kinds.has(kind) && kind !== "start" && kind !== "exit")
    .map((kind) => ({
      name: KIND_NAMES[kind],
      mark: `<g class="node k-${kind.replaceAll(".", "-")}"${plainLook(`k-${kind.replaceAll(".", "-")}`)}><rect class="shape" x="0" y="-6" width="16" height="12" rx="3"/></g>`,
    }));
}

export function stateItems(states: readonly NodeState[]): LegendItem[] {
  return states.map((state) => ({
    name: state,
    mark:
      state === "pending"
        ? `<g class="node s-pending"${plainLook("s-pending")}><rect class="shape" x="0" y="-6" width="16" height="12" rx="3"/></g>`
        : `<g class="node s-${state}"${plainLook(`s-${state}`)}>${badge(state, { x: 8, y: 0 })}</g>`,
  }));
}

export function edgeItems(tones: { readonly fail: boolean; readonly restart: boolean }): LegendItem[] {
  const line = (look: string): string =>
    `<g class="edge ${look}"><path class="line"${plainEdge(look === "t-fail" ? "fail" : "plain").line} d="M0 0H17"/></g>`;
  return [
    ...(tones.fail ? [{ name: "after a failure", mark: line("t-fail") }] : []),
    ...(tones.restart ? [{ name: "restart", mark: line("t-plain restart") }] : []),
  ];
}

export function drawLegend(items: readonly LegendItem[], maxWidth: number): Size & { readonly svg: string } {
  let x = 0;
  let y = ROW / 2;
  let width = 0;
  const parts = items.map(({ name, mark }) => {
    const space = SWATCH + textWidth(name, SIZE) + 18;
    if (x > 0 && x + space > maxWidth) {
      x = 0;
      y += ROW;
    }
    const part = `<g transform="translate(${coordinate(x)} ${coordinate(y)})">${mark}<text${PLAIN.legend}${attr("x", SWATCH)} y="4">${svgText(name)}</text></g>`;
    x += space;
    width = Math.max(width, x);
    return part;
  });
  return {
    svg: `<g class="legend">${parts.join("")}</g>`,
    width,
    height: items.length === 0 ? 0 : y + ROW / 2,
  };
}
