/** Every command, loaded only when it is called: validating a graph should not wait for the web server. */
import type { Command } from "./command.ts";

export const COMMANDS: readonly Command[] = [
  {
    name: "validate",
    summary: "check graphs and say what is wrong, where, and how to fix it",
    load: async () => (await import("./validate.ts")).runValidate,
  },
  {
    name: "run",
    summary: "run a graph on this machine",
    load: async () => (await import("./run.ts")).runRun,
  },
  {
    name: "new",
    summary: "copy a graph that ships into this repository, or list them",
    load: async () => (await import("./new.ts")).runNew,
  },
  {
    name: "draft",
    summary: "have a model write a graph from words; checked, repaired and drawn before it is written",
    load: async () => (await import("./draft.ts")).runDraft,
  },
  {
    name: "resume",
    summary: "go on with a run that crashed, waits, failed or was canceled",
    load: async () => (await import("./resume.ts")).runResume,
  },
  {
    name: "status",
    summary: "show how a run stands, or follow it; records the loss when its process is gone",
    load: async () => (await import("./status.ts")).runStatus,
  },
  {
    name: "list",
    summary: "list the runs of this repository, the newest first",
    load: async () => (await import("./list.ts")).runList,
  },
  {
    name: "report",
    summary: "tell what a run did and why, as text, markdown, HTML, JSON or CSV",
    load: async () => (await import("./report.ts")).runReport,
  },
  {
    name: "logs",
    summary: "show what happened, or what a stage was asked and said",
    load: async () => (await import("./logs.ts")).runLogs,
  },
  {
    name: "view",
    summary: "see runs as pages in a browser, live, and answer their questions there",
    load: async () => (await import("./view.ts")).runView,
  },
  {
    name: "diff",
    summary: "set two runs side by side: path, causes, cost and time",
    load: async () => (await import("./diff.ts")).runDiff,
  },
  {
    name: "diagnose",
    summary: "say why a run failed and what to do, from its files alone",
    load: async () => (await import("./diagnose.ts")).runDiagnose,
  },
  {
    name: "stop",
    summary: "cancel a run and wait for its end",
    load: async () => (await import("./stop.ts")).runStop,
  },
  {
    name: "answer",
    summary: "answer a question that a run waits for",
    load: async () => (await import("./answer.ts")).runAnswer,
  },
  {
    name: "steer",
    summary: "say something to an agent while it works",
    load: async () => (await import("./steer.ts")).runSteer,
  },
  {
    name: "fork",
    summary: "run again from a visit of a node, keeping what came before it",
    load: async () => (await import("./fork.ts")).runFork,
  },
  {
    name: "prune",
    summary: "take away the refs, branches and folders of runs that ended long ago",
    load: async () => (await import("./prune.ts")).runPrune,
  },
  {
    name: "graph",
    summary: "draw a graph as SVG or Mermaid, or print it as JSON",
    load: async () => (await import("./graph.ts")).runGraph,
  },
  {
    name: "signature",
    summary: "show which failure reasons count as one: reasons in, signatures out",
    load: async () => (await import("./signature.ts")).runSignature,
  },
  {
    name: "preflight",
    summary: "check providers, keys, commands and models before anything is paid",
    load: async () => (await import("./preflight.ts")).runPreflight,
  },
  {
    name: "plan",
    summary: "say what a run would do and cost, and what nobody bounds",
    load: async () => (await import("./plan.ts")).runPlan,
  },
  {
    name: "models",
    summary: "list the models and prices that are known, or renew them",
    load: async () => (await import("./models.ts")).runModels,
  },
  {
    name: "init",
    summary: "write what a repository needs to run graphs on GitHub",
    load: async () => (await import("./init.ts")).runInit,
  },
  {
    name: "doctor",
    summary: "say what would keep runs on GitHub from starting, and how to fix it",
    load: async () => (await import("./doctor.ts")).runDoctor,
  },
  {
    name: "completion",
    summary: "print a script that completes commands and options in your shell",
    load: async () => (await import("./completion.ts")).completionOf(COMMANDS),
  },
  {
    name: "demo",
    summary: "see the whole flow on GitHub, on this machine, with no key and no network",
    load: async () => (await import("./demo.ts")).runDemoCommand,
  },
  {
    name: "app",
    summary: "run the coordinator app, or set it up",
    load: async () => (await import("./app.ts")).runApp,
  },
];
