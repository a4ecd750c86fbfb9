/** Counters as Prometheus reads them. */
const HELP = {
  attractor_deliveries_total: "Webhook deliveries taken, by event.",
  attractor_looks_total: "Looks at runs, by what they found.",
  attractor_api_requests_total: "Requests to GitHub, by method and status.",
  attractor_dispatches_total: "Workflow dispatches sent.",
  attractor_failures_total: "Work that failed and is looked at again by the sweep.",
} as const;

export type MetricName = keyof typeof HELP;

export interface Metrics {
  count(name: MetricName, labels?: Readonly<Record<string, string>>): void;
  text(): string;
}

export function createMetrics(): Metrics {
  const lines = new Map<MetricName, Map<string, number>>();
  return {
    count(name, labels = {}) {
      const key = Object.entries(labels)
        .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
        .join(",");
      const known = lines.get(name) ?? new Map<string, number>();
      known.set(key, (known.get(key) ?? 0) + 1);
      lines.set(name, known);
    },
    text: () =>
      (Object.keys(HELP) as MetricName[])
        .map((name) => {
          const values = [...(lines.get(name) ?? new Map([["", 0]]))];
          const rows = values.map(([key, value]) => `${name}${key === "" ? "" : `{${key}}`} ${value}`);
          return [`# HELP ${name} ${HELP[name]}`, `# TYPE ${name} counter`, ...rows, ""].join("\n");
        })
        .join(""),
  };
}
