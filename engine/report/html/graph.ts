/** The drawing with the states of its stages; each stage leads to its attempts. */
import { overlayOf, type ReportModel } from "../model.ts";
import { renderSvg, TooLargeToDraw } from "../svg.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { anchorOf } from "./stages.ts";

/** A drawing that is wider is not made small on a phone, it is scrolled. */
const FITS_A_PHONE = 760;

export async function htmlGraph(report: ReportModel): Promise<Markup | null> {
  if (!report.picture) return null;
  const picture = { ...report.picture, title: "", goal: "" };
  const listed = new Set(report.stages.map((row) => row.id));
  try {
    const svg = await renderSvg(picture, overlayOf(report), (id) =>
      listed.has(id) ? `#${anchorOf(report, id)}` : null,
    );
    const width = Number(/ width="([\d.]+)"/.exec(svg)?.[1] ?? 0);
    return html`<section class="card" id="s-graph"><h2>Graph</h2><div class="drawing${width > FITS_A_PHONE ? " wide" : ""}" tabindex="0">${trusted(svg)}</div></section>`;
  } catch (error) {
    if (!(error instanceof TooLargeToDraw)) throw error;
    return html`<section class="card" id="s-graph"><h2>Graph</h2><p>${error.message}. The tables below have every stage.</p></section>`;
  }
}
