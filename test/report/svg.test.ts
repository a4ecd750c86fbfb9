import { expect, it } from "vitest";
import { prepare } from "../../engine/graph/prepare.ts";
import { NODE_STATES, type RunOverlay } from "../../engine/report/overlay.ts";
import { pictureOf } from "../../engine/report/picture.ts";
import { renderSvg, TooLargeToDraw } from "../../engine/report/svg.ts";
import { keep } from "../artifacts.ts";
import { inBrowser } from "../browser.ts";
import { edge, node, picture } from "./example.ts";
import { SIXTY } from "./sixty.ts";

const KINDS = [
  "start",
  "exit",
  "agent",
  "tool",
  "conditional",
  "wait.human",
  "parallel",
  "parallel.fan_in",
  "stack.manager_loop",
] as const;

const HOSTILE = [
  "</text></svg><script>alert(1)</script>",
  "<![CDATA[ x ]]> <!-- y -->",
  '" onload="alert(1)',
  "&lt;b&gt; &#x3c; &unknown;",
  "\u0000\u0008\ud800 lone \ufffe \u202e reversed",
  "url(javascript:alert(1))",
  "漢字 العربية 🎉👩‍👩‍👧",
  "a".repeat(3000),
  `${"many words ".repeat(300)}`,
  "e\u0301\u0301\u0301".repeat(200),
  "",
  "   ",
];

function sixty() {
  const { pipeline, graph } = prepare(SIXTY);
  return pictureOf(pipeline!, graph!.subgraphs);
}

it("hostile labels are text: the file is well formed, holds no script and fetches nothing", async () => {
  const wild = picture(
    KINDS.map((kind, at) =>
      node(`id ${HOSTILE[at]}`, kind, { label: HOSTILE[at]!, detail: HOSTILE.at(-at - 1)! }),
    ),
    KINDS.slice(1).map((_, at) =>
      edge(`id ${HOSTILE[at]}`, `id ${HOSTILE[at + 1]}`, {
        label: HOSTILE[at]!,
        condition: HOSTILE[at]!,
        when: HOSTILE.at(-at - 1)!,
      }),
    ),
    {
      title: HOSTILE[0]!,
      goal: HOSTILE[1]!,
      groups: [{ label: HOSTILE[0]!, nodes: [`id ${HOSTILE[2]}`, `id ${HOSTILE[3]}`] }],
    },
  );
  const overlay: RunOverlay = {
    nodes: wild.nodes.map(({ id }, at) => ({
      id,
      state: NODE_STATES[at % 7]!,
      visits: 3,
      durationMs: 1e9,
      note: HOSTILE[at]!,
    })),
  };
  const svgs = [await renderSvg(wild), await renderSvg(wild, overlay)];
  for (const svg of svgs) {
    expect(svg).not.toMatch(
      /<script|<image|<foreignObject|<a\b|href|\bon\w+=(?!&quot;)"|@import|url\((?!javascript:alert)/,
    );
    expect(svg).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f]/);
    expect(svg.isWellFormed()).toBe(true);
  }
  await inBrowser(async (page) => {
    for (const svg of svgs) {
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      const problem = await page.evaluate((xml) => {
        const scope = globalThis as unknown as {
          DOMParser: new () => {
            parseFromString(
              text: string,
              type: string,
            ): { querySelector(selector: string): { textContent: string } | null };
          };
        };
        return (
          new scope.DOMParser().parseFromString(xml, "image/svg+xml").querySelector("parsererror")
            ?.textContent ?? ""
        );
      }, svg);
      expect(problem).toBe("");
      await page.setContent(svg);
      expect(asked).toEqual([]);
    }
  });
});

interface Place {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Runs in the page; as text, for the tests know no DOM. */
const MEASURE = `(() => {
  const place = (element, text) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { text, left, right, top, bottom };
  };
  const inside = (shape, word) => {
    const { x, y, width, height } = word.getBBox();
    const corners = [x, x + width].flatMap((left) => [y + height * 0.2, y + height * 0.8].map((top) => [left, top]));
    return corners.every(([left, top]) => shape.isPointInFill(new DOMPoint(left, top)));
  };
  const node = (group) => {
    const shape = group.querySelector(".shape");
    const words = Array.from(group.querySelectorAll("text"));
    return {
      box: place(shape, ""),
      outside: words.filter((word) => !inside(shape, word)).map((word) => word.textContent),
      fill: getComputedStyle(shape).fill,
      color: getComputedStyle(words[0]).fill,
    };
  };
  return Array.from(document.querySelectorAll(".node")).filter((group) => !group.closest(".legend")).map(node);
})()`;

interface Measured {
  readonly box: Place;
  readonly outside: readonly string[];
  readonly fill: string;
  readonly color: string;
}

it.each(["light", "dark"] as const)(
  "sixty stages are legible in a %s browser: words inside their shapes, shapes apart, contrast enough",
  async (colorScheme) => {
    const drawing = sixty();
    expect(drawing.nodes).toHaveLength(60);
    const overlay: RunOverlay = {
      nodes: drawing.nodes.map(({ id }, at) => ({
        id,
        state: NODE_STATES[at % 7]!,
        visits: 1 + (at % 3),
        durationMs: at * 7300,
      })),
    };
    for (const svg of [await renderSvg(drawing), await renderSvg(drawing, overlay)]) {
      const nodes = await inBrowser(
        async (page) => {
          await page.setContent(`<body style="margin:0">${svg}</body>`);
          return (await page.evaluate(MEASURE)) as Measured[];
        },
        { colorScheme },
      );
      if (!nodes) return;
      expect(nodes).toHaveLength(60);
      for (const { outside, fill, color } of nodes) {
        expect(contrast(color, fill)).toBeGreaterThan(4.5);
        expect(outside).toEqual([]);
      }
      expect(overlaps(nodes.map(({ box }) => box))).toEqual([]);
    }
  },
);

function overlaps(places: readonly Place[]): unknown[] {
  return places.flatMap((a, at) =>
    places
      .slice(at + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => [a, b]),
  );
}

/** The ratio of WCAG 2. */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = color.match(/\d+/g)!.map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

it("every stage and edge is in it, with the whole text in its tooltip", async () => {
  const drawing = sixty();
  const svg = await renderSvg(drawing);
  expect(svg.match(/<g class="node k-(?:\w|-)+"[^>]*><title>/g)).toHaveLength(60);
  expect(svg.match(/<g class="edge /g)!.length).toBeGreaterThanOrEqual(drawing.edges.length);
  expect(svg).toContain(
    "<title>check_spec → impl_spec\noutcome!=success &amp;&amp; context.failure_class=transient_infra\nstarts the run afresh</title>",
  );
  expect(svg).toContain(">↻ transient_infra</text>");
  expect(svg).toContain(">[R] Redo the design</text>");
  expect(svg).toContain(">All parts failed</text>");
});

it("a run's states, visits and times are drawn, stages it does not name are pending, and the legend tells the states", async () => {
  const overlay: RunOverlay = {
    nodes: [{ id: "a", state: "fail", visits: 3, durationMs: 61_000, note: "no space left" }],
  };
  const svg = await renderSvg(picture([node("a"), node("constructor")], [edge("a", "constructor")]), overlay);
  expect(svg).toMatch(/<g class="node s-fail"[^>]*><title>a\nfail\n3× · 1 m 1 s\nno space left<\/title>/);
  expect(svg).toContain(">3× · 1 m 1 s</text>");
  expect(svg).toMatch(/<g class="node s-pending"[^>]*><title>constructor\npending<\/title>/);
  expect(svg.match(/class="legend".*/)![0]).toMatch(/>pending<.*>fail</);
});

it("R-EASE-8: a viewer that knows no style at all shows the light look: nothing is a black shape", async () => {
  const overlay: RunOverlay = {
    nodes: NODE_STATES.map((state) => ({ id: state, state, visits: 1, durationMs: 1000 })),
  };
  const states = picture(
    NODE_STATES.map((state) => node(state, state === "fail" ? "conditional" : "agent", { goalGate: true })),
    [edge("pending", "running", { tone: "fail", label: "x" }), edge("running", "fail", { restart: true })],
    { title: "T", goal: "G", groups: [{ label: "Group", nodes: ["success", "fail"] }] },
  );
  const seen = await inBrowser(async (page) => {
    const found: string[] = [];
    for (const drawing of [await renderSvg(states, overlay), await renderSvg(sixty())]) {
      await page.setContent(drawing.replace(/<style>.*<\/style>/, "").replace(/ class="[^"]*"/g, ""));
      found.push(...((await page.evaluate(BLACK_SHAPES)) as string[]));
      await keep(page, `svg-plain-${found.length}`);
    }
    return found;
  });
  if (seen !== null) expect(seen).toEqual([]);
});

/** Filled black, or text that is not dark on its light ground; as text, for the tests know no DOM. */
const BLACK_SHAPES = `Array.from(document.querySelectorAll("svg rect, svg path, svg polygon, svg circle, svg text"), (part) => {
  const { fill, stroke, fontSize } = getComputedStyle(part);
  const wrong = part.tagName === "text" ? stroke !== "none" || fill === "rgb(0, 0, 0)" || parseFloat(fontSize) > 16 : fill === "rgb(0, 0, 0)" || (fill === "none" && stroke === "none");
  return wrong ? part.outerHTML : null;
}).filter((part) => part !== null)`;

it("the same graph gives the same file", async () => {
  expect(await renderSvg(sixty())).toBe(await renderSvg(sixty()));
});

it("refuses what nobody could read", async () => {
  const nodes = Array.from({ length: 2000 }, (_, at) => node(`n${at}`));
  await expect(renderSvg(picture(nodes, []))).rejects.toThrow(TooLargeToDraw);
});
