/** Says what a run has to say, where people look: the sticky comment and the check. Seldom while it runs, at once when it matters. */
import type { RunState } from "../../engine/core/state.ts";
import { findingsOf } from "../../engine/diagnose/state-findings.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import { renderMarkdown } from "../../engine/report/markdown.ts";
import type { RunReport } from "../../engine/report/model.ts";
import type { GitHub } from "../github/request.ts";
import { type RunCheck, runCheck } from "./check.ts";
import { type StickyComment, stickyComment } from "./comment.ts";
import { nextSteps } from "./next-steps.ts";

const LIVE_EVERY_MS = 30_000;

export interface SpeakerOptions {
  readonly github: GitHub;
  readonly now: () => number;
  readonly redact: (text: string) => string;
  /** Of the run's page; null when nobody serves one. */
  readonly pageUrl: ((runId: string) => string) | null;
  readonly serverUrl: string;
}

export interface Speaker {
  tell(state: RunState, pipeline: Pipeline): Promise<void>;
}

interface Voice {
  readonly comment: StickyComment | null;
  readonly check: RunCheck | null;
  lastAt: number;
  lastStatus: string;
}

export function speaker(options: SpeakerOptions): Speaker {
  const voices = new Map<string, Voice>();
  return {
    async tell(state, pipeline) {
      const { started } = state;
      if (!started?.github) return;
      const report = reportOf(state, pipeline, {
        findings: findingsOf(state),
        next: nextSteps(state),
        links: linksOf(state, options),
      });
      const voice = voiceFor(options, voices, state);
      const status = `${report.status}/${report.gates.map((gate) => gate.id).join()}`;
      const urgent = status !== voice.lastStatus;
      if (!urgent && options.now() - voice.lastAt < LIVE_EVERY_MS) return;
      voice.lastAt = options.now();
      voice.lastStatus = status;
      const markdown = renderMarkdown(report, options.redact);
      await voice.comment?.write(markdown);
      await voice.check?.write(report, markdown);
    },
  };
}

function voiceFor({ github, pageUrl }: SpeakerOptions, voices: Map<string, Voice>, state: RunState): Voice {
  let voice = voices.get(state.runId);
  if (!voice) {
    const where = state.started?.github;
    voice = {
      comment:
        where?.pull_request === undefined
          ? null
          : stickyComment(github, where.pull_request, state.runId, new Date(state.startedAt - 60_000)),
      check:
        where?.head_sha === undefined
          ? null
          : runCheck(github, where.head_sha, pageUrl?.(state.runId) ?? null),
      lastAt: 0,
      lastStatus: "",
    };
    voices.set(state.runId, voice);
  }
  return voice;
}

function linksOf(state: RunState, { pageUrl, serverUrl, github }: SpeakerOptions): RunReport["links"] {
  const base = `${serverUrl}/${github.owner}/${github.repo}`;
  const by = state.hop?.by;
  return [
    ...(pageUrl ? [{ title: "Run page", url: pageUrl(state.runId) }] : []),
    ...(by
      ? [{ title: `Workflow run of hop ${state.hop?.hop}`, url: `${base}/actions/runs/${by.run_id}` }]
      : []),
    ...(state.ended && state.started?.run_branch
      ? [{ title: "Work", url: `${base}/tree/${state.started.run_branch}` }]
      : []),
  ];
}
