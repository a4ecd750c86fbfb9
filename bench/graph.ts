/**
 * How long does a graph take to read? Beside bare dotparser, on the form of the same graph that it accepts:
 * `node bench/graph.ts`. Steps take turns, the best round of each counts, so that a busy machine slows all alike.
 */
import parseDot from "dotparser";
import { lint } from "../engine/graph/lint/index.ts";
import { parse } from "../engine/graph/parse.ts";

interface Step {
  readonly name: string;
  readonly run: () => unknown;
  /** The step that it is measured against, and how many times that it may take. */
  readonly bound?: { readonly of: string; readonly atMost: number };
}

interface Texts {
  readonly title: string;
  readonly rounds: number;
  readonly written: string;
  readonly accepted: string;
}

/** Stages as people write them, and as dotparser reads them: strings on one line, keys and values quoted. */
function stages(count: number, rounds: number): Texts {
  const written = ["digraph G {", '  graph [goal="Build it", default_max_retries=2]'];
  const accepted = [...written];
  for (let i = 0; i < count; i++) {
    const prompt = [`Do the work of stage ${i}.`, 'Say "done" when it is,', "and what changed."];
    const text = (glue: string) => `"${prompt.join("\n").replaceAll('"', '\\"').replaceAll("\n", glue)}"`;
    const head = `  stage_${i} [shape=box, label="Stage ${i}"`;
    written.push(`${head}, timeout=15m, retry.backoff.jitter=false, prompt=${text("\n")}]`);
    accepted.push(`${head}, timeout="15m", "retry.backoff.jitter"=false, prompt=${text("\\n")}]`);
  }
  for (let i = 0; i + 1 < count; i++) {
    const edge = `  stage_${i} -> stage_${i + 1} [condition="outcome=success", weight=2]`;
    written.push(edge);
    accepted.push(edge);
  }
  const title = `${count.toLocaleString("en")} stages`;
  return { title, rounds, written: `${written.join("\n")}\n}\n`, accepted: `${accepted.join("\n")}\n}\n` };
}

/** dotparser overflows its stack on a long chain, and reads the same edges one by one. */
function chain(count: number, rounds: number): Texts {
  const names = Array.from({ length: count }, (_, i) => `n${i}`);
  const edges = names.slice(1).map((name, i) => `${names[i]} -> ${name}`);
  const title = `a chain of ${count.toLocaleString("en")}`;
  return {
    title,
    rounds,
    written: `digraph G {\n${names.join(" -> ")}\n}`,
    accepted: `digraph G {\n${edges.join("\n")}\n}`,
  };
}

function stepsOf({ title, written, accepted }: Texts): Step[] {
  const { graph } = parse(written);
  if (!graph) throw new Error(`${title}: the text of the bench is no graph`);
  return [
    { name: "dotparser", run: () => parseDot(accepted) },
    { name: "parse", run: () => parse(written), bound: { of: "dotparser", atMost: 1.2 } },
    { name: "lint", run: () => lint(graph, { source: written }), bound: { of: "dotparser", atMost: 0.4 } },
  ];
}

function bestOf(steps: readonly Step[], rounds: number): Map<string, number> {
  const best = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of steps) {
      const start = performance.now();
      run();
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, performance.now() - start));
    }
  }
  return best;
}

for (const texts of [stages(1_000, 30), stages(20_000, 7), chain(200_000, 5)]) {
  const steps = stepsOf(texts);
  const best = bestOf(steps, texts.rounds);
  console.log(`${texts.title}, best of ${texts.rounds}`);
  for (const { name, bound } of steps) {
    const time = best.get(name)!;
    const ratio = bound && time / best.get(bound.of)!;
    if (bound && ratio! > bound.atMost) process.exitCode = 1;
    const against = bound ? `${ratio!.toFixed(2)} × ${bound.of} (at most ${bound.atMost})` : "";
    console.log(`  ${name.padEnd(10)} ${time.toFixed(1).padStart(8)} ms  ${against}`);
  }
}
