/** The drawing's own colours, light and dark. Names begin with the drawing's class: a page's styles stay its own. */

const FONT = `-apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif`;

/** fill, line; light then dark. */
const PAIRS: Readonly<Record<string, readonly [string, string, string, string]>> = {
  "k-start": ["#eef1f4", "#59636e", "#21262d", "#9198a1"],
  "k-exit": ["#eef1f4", "#59636e", "#21262d", "#9198a1"],
  "k-agent": ["#f6f0ff", "#8250df", "#271b3d", "#a371f7"],
  "k-tool": ["#f6f8fa", "#818b98", "#1c2129", "#7d8590"],
  "k-conditional": ["#fff8c5", "#9a6700", "#2e2508", "#d29922"],
  "k-wait-human": ["#fff1e5", "#bc4c00", "#34200f", "#f0883e"],
  "k-parallel": ["#e5f3ff", "#0969da", "#0d2744", "#4493f8"],
  "k-parallel-fan_in": ["#e5f3ff", "#0969da", "#0d2744", "#4493f8"],
  "k-stack-manager_loop": ["#ffeff7", "#bf3989", "#351a2b", "#f778ba"],
  "s-pending": ["#ffffff", "#d1d9e0", "#0d1117", "#3d444d"],
  "s-running": ["#ddf4ff", "#0969da", "#0d2744", "#4493f8"],
  "s-waiting": ["#fff8c5", "#9a6700", "#2e2508", "#d29922"],
  "s-success": ["#dafbe1", "#1a7f37", "#12261e", "#3fb950"],
  "s-fail": ["#ffebe9", "#cf222e", "#331418", "#f85149"],
  "s-canceled": ["#eef1f4", "#59636e", "#21262d", "#9198a1"],
  "s-skipped": ["#ffffff", "#818b98", "#0d1117", "#7d8590"],
};

const BASE: readonly (readonly [string, string, string])[] = [
  ["bg", "#ffffff", "#0d1117"],
  ["fg", "#1f2328", "#f0f6fc"],
  ["muted", "#59636e", "#9198a1"],
  ["edge", "#818b98", "#767d86"],
  ["fail", "#cf222e", "#f85149"],
  ["pass", "#1a7f37", "#3fb950"],
  ["group", "#d1d9e0", "#30363d"],
  ["groupfill", "#f9fafb", "#11161d"],
];

const CLASS = "attractor-graph";

function variables(dark: boolean): string {
  const base = BASE.map(([name, light, night]) => `--${name}:${dark ? night : light}`);
  return `.${CLASS}{${base.join(";")}}`;
}

function pairs(dark: boolean): string {
  return Object.entries(PAIRS)
    .map(([name, [fill, line, nightFill, nightLine]]) => {
      return `.${CLASS} .${name}{--fill:${dark ? nightFill : fill};--line:${dark ? nightLine : line}}`;
    })
    .join("");
}

const RULES: Readonly<Record<string, string>> = {
  "": `font-family:${FONT};color-scheme:light dark`,
  " .paper": "fill:var(--bg)",
  " text": "text-anchor:middle;fill:var(--fg);font-size:11px",
  " .heading": "text-anchor:start;font-size:15px;font-weight:600",
  " .note": "text-anchor:start;fill:var(--muted);font-size:12px",
  " .label": "font-size:13px;font-weight:500",
  " .detail": "fill:var(--muted)",
  " .shape": "fill:var(--fill);stroke:var(--line);stroke-width:1.25",
  " .inner": "fill:none;stroke:var(--line);stroke-width:1",
  " .s-pending .label": "fill:var(--muted)",
  " .s-running .shape": "stroke-width:2.25",
  " .s-waiting .shape": "stroke-width:2.25",
  " .s-fail .shape": "stroke-width:2",
  " .s-skipped .shape": "stroke-dasharray:4 3",
  " .s-canceled .shape": "stroke-dasharray:4 3",
  " .badge circle": "fill:var(--line);stroke:var(--bg);stroke-width:1.5",
  " .icon": "fill:none;stroke:var(--bg);stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round",
  " .i-running": "fill:var(--bg);stroke-width:1",
  " .i-canceled": "fill:var(--bg);stroke-width:1",
  " .edge": "--line:var(--edge)",
  " .t-fail": "--line:var(--fail)",
  " .t-success": "--line:var(--edge)",
  " .line": "fill:none;stroke:var(--line);stroke-width:1.25",
  " .head": "fill:var(--line);stroke:var(--line);stroke-width:.5",
  " .restart .line": "stroke-dasharray:5 3",
  " .edge text":
    "fill:var(--muted);paint-order:stroke;stroke:var(--bg);stroke-width:3px;stroke-linejoin:round",
  " .t-fail text": "fill:var(--fail)",
  " .t-success text": "fill:var(--pass)",
  " .group": "fill:var(--groupfill);stroke:var(--group)",
  " .group-label":
    "text-anchor:start;fill:var(--muted);font-weight:600;paint-order:stroke;stroke:var(--groupfill);stroke-width:4px",
  " .legend text": "text-anchor:start;fill:var(--muted)",
};

export const SVG_CLASS = CLASS;

/**
 * The light look once more as plain attributes: some viewers know no variables, and without these all is black there.
 * The style outranks them wherever it is understood.
 */
const light = (name: string): string => BASE.find(([known]) => known === name)![1];
const [FG, MUTED, EDGE] = ["fg", "muted", "edge"].map(light) as [string, string, string];

export const PLAIN = {
  root: ` font-family="${FONT.replaceAll('"', "'")}" font-size="11" text-anchor="middle"`,
  paper: ` fill="${light("bg")}"`,
  heading: ` fill="${FG}" text-anchor="start" font-size="15" font-weight="600"`,
  note: ` fill="${MUTED}" text-anchor="start" font-size="12"`,
  label: ` fill="${FG}" stroke="none" font-size="13"`,
  detail: ` fill="${MUTED}" stroke="none"`,
  legend: ` fill="${MUTED}" stroke="none" text-anchor="start"`,
  hollow: ' fill="none"',
  group: ` fill="${light("groupfill")}" stroke="${light("group")}"`,
  groupLabel: ` fill="${MUTED}" text-anchor="start" font-weight="600"`,
  icon: ` fill="none" stroke="${light("bg")}" stroke-width="1.8"`,
} as const;

/** Of a stage: what its shape is filled with, and its line. */
export function plainLook(look: string): string {
  const [fill, line] = PAIRS[look] ?? [light("bg"), EDGE];
  return ` fill="${fill}" stroke="${line}" stroke-width="1.25"`;
}

export const plainLine = (look: string): string => PAIRS[look]?.[1] ?? EDGE;

export function plainEdge(tone: string): {
  readonly line: string;
  readonly head: string;
  readonly text: string;
} {
  const colour = tone === "fail" ? light("fail") : EDGE;
  const words = tone === "fail" ? light("fail") : tone === "success" ? light("pass") : MUTED;
  return {
    line: ` fill="none" stroke="${colour}" stroke-width="1.25"`,
    head: ` fill="${colour}"`,
    text: ` fill="${words}" stroke="none"`,
  };
}

export const SVG_STYLE = [
  variables(false),
  pairs(false),
  ...Object.entries(RULES).map(([selector, rule]) => `.${CLASS}${selector}{${rule}}`),
  `@media (prefers-color-scheme:dark){${variables(true)}${pairs(true)}}`,
].join("");
