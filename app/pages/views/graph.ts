/** The drawing with the states of its stages. */
import { overlayOf, type RunReport } from "../../../engine/report/model.ts";
import { renderSvg, TooLargeToDraw } from "../../../engine/report/svg.ts";
import { html, type Markup, trusted } from "../html.ts";

export async function graph(report: RunReport): Promise<Markup | null> {
  if (!report.picture) return null;
  const picture = { ...report.picture, title: "", goal: "" };
  try {
    const svg = await renderSvg(picture, overlayOf(report));
    return html`<section class="card" id="s-graph"><h2>Graph</h2><div class="drawing" tabindex="0">${trusted(svg)}</div></section>`;
  } catch (error) {
    if (!(error instanceof TooLargeToDraw)) throw error;
    return html`<section class="card" id="s-graph"><h2>Graph</h2><p>${error.message}. The tables below have every stage.</p></section>`;
  }
}
