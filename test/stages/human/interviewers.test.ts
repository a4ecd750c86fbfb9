import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { optionsOf } from "../../../engine/stages/human/accelerator.ts";
import { consoleInterviewer } from "../../../engine/stages/human/console.ts";
import { gateAnswer, gateQuestion } from "../../../engine/stages/human/gate.ts";
import {
  autoApproveInterviewer,
  callbackInterviewer,
  queueInterviewer,
  recordingInterviewer,
} from "../../../engine/stages/human/interviewers.ts";
import type { Answer, Question } from "../../../engine/stages/human/question.ts";
import { virtualClock } from "../virtual-clock.ts";

const ask = (changes: Partial<Question> = {}): Question => ({
  text: "Deploy?",
  type: "MULTIPLE_CHOICE",
  options: optionsOf(["[Y] Yes", "[N] No"]),
  stage: "gate",
  ...changes,
});
const chosen = (answer: Answer) => (answer.value === "OPTION" ? answer.option.label : answer.value);

function terminal(...typed: string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = "";
  output.on("data", (chunk) => {
    shown += chunk;
  });
  for (const line of typed) input.write(`${line}\n`);
  const clock = virtualClock();
  return { input, clock, interviewer: consoleInterviewer({ input, output, clock }), shown: () => shown };
}

describe("at the console", () => {
  it("R-LANG-2: choices are shown with their keys, and a choice is read", async () => {
    const { interviewer, shown } = terminal("n");
    expect(chosen(await interviewer.ask(ask()))).toBe("[N] No");
    expect(shown()).toBe("[?] Deploy?\n  [Y] Yes\n  [N] No\nSelect: ");
    interviewer.close();
  });

  it("R-LANG-2: what matches nothing is asked again, with what is offered", async () => {
    const { interviewer, shown } = terminal("deploy", "", "yes");
    expect(chosen(await interviewer.ask(ask()))).toBe("[Y] Yes");
    expect(shown()).toContain('"deploy" is none of [Y] Yes, [N] No');
    interviewer.close();
  });

  it("R-LANG-2: several questions read on where the last one stopped", async () => {
    const { interviewer } = terminal("y", "no", "free words");
    const answers = await interviewer.askMultiple([
      ask(),
      ask({ type: "YES_NO", options: [] }),
      ask({ type: "FREEFORM", options: [] }),
    ]);
    expect(answers).toMatchObject([
      { value: "OPTION" },
      { value: "NO" },
      { value: "TEXT", text: "free words" },
    ]);
    interviewer.close();
  });

  it("the end of the input is no answer", async () => {
    const { interviewer, input } = terminal();
    input.end();
    expect(await interviewer.ask(ask())).toEqual({ value: "SKIPPED" });
  });

  it("R-LANG-2: at the deadline the default is taken, without one the answer is TIMEOUT; later lines go to later questions", async () => {
    const { interviewer, clock, input } = terminal();
    const late = interviewer.ask(ask({ timeoutMs: 1000 }));
    await clock.advance(1000);
    expect(await late).toEqual({ value: "TIMEOUT" });
    const fallback = interviewer.ask(ask({ timeoutMs: 1000, default: { value: "NO" } }));
    await clock.advance(1000);
    expect(await fallback).toEqual({ value: "NO" });
    input.write("y\n");
    expect(chosen(await interviewer.ask(ask({ timeoutMs: 1000 })))).toBe("[Y] Yes");
    interviewer.close();
  });

  it("a question that is taken back is skipped", async () => {
    const { interviewer } = terminal();
    const controller = new AbortController();
    const answer = interviewer.ask(ask({ timeoutMs: 1000 }), controller.signal);
    controller.abort();
    expect(await answer).toEqual({ value: "SKIPPED" });
    expect(await interviewer.ask(ask(), AbortSignal.abort())).toEqual({ value: "SKIPPED" });
    interviewer.close();
  });

  it("messages name their stage", async () => {
    const { interviewer, shown } = terminal();
    await interviewer.inform("waiting", "gate");
    expect(shown()).toBe("[gate] waiting\n");
    interviewer.close();
  });
});

describe("without a terminal", () => {
  it("R-LANG-2: auto-approve says yes and takes the first choice, and says that nobody answered", async () => {
    const auto = autoApproveInterviewer();
    expect(auto.automatic).toBe(true);
    expect(chosen(await auto.ask(ask()))).toBe("[Y] Yes");
    expect(await auto.ask(ask({ type: "YES_NO", options: [] }))).toEqual({ value: "YES" });
    expect(await auto.ask(ask({ type: "CONFIRMATION", options: [] }))).toEqual({ value: "YES" });
    expect(await auto.ask(ask({ type: "FREEFORM", options: [] }))).toEqual({
      value: "TEXT",
      text: "auto-approved",
    });
  });

  it("R-LANG-2: a queue answers in order and skips when it is empty", async () => {
    const queue = queueInterviewer([{ value: "YES" }, { value: "TEXT", text: "b" }]);
    expect(await queue.askMultiple([ask(), ask(), ask()])).toEqual([
      { value: "YES" },
      { value: "TEXT", text: "b" },
      { value: "SKIPPED" },
    ]);
  });

  it("R-LANG-2: a callback is asked the question, under the same deadline", async () => {
    const clock = virtualClock();
    const seen: string[] = [];
    const answers = callbackInterviewer(async ({ text }) => {
      seen.push(text);
      return { value: "YES" };
    }, clock);
    expect(answers.automatic).toBe(false);
    expect(await answers.ask(ask())).toEqual({ value: "YES" });
    expect(seen).toEqual(["Deploy?"]);

    let open: AbortSignal | undefined;
    const silent = callbackInterviewer((_, signal) => {
      open = signal;
      return new Promise(() => {});
    }, clock);
    const late = silent.ask(ask({ timeoutMs: 50 }));
    await clock.advance(50);
    expect(await late).toEqual({ value: "TIMEOUT" });
    expect(open?.aborted).toBe(true);
  });

  it("R-LANG-2: a recording can be played back", async () => {
    const recorder = recordingInterviewer(queueInterviewer([{ value: "YES" }, { value: "NO" }]));
    await recorder.ask(ask());
    await recorder.askMultiple([ask({ text: "Again?" })]);
    expect(recorder.automatic).toBe(true);
    expect(recorder.recordings.map(({ question, answer }) => [question.text, answer.value])).toEqual([
      ["Deploy?", "YES"],
      ["Again?", "NO"],
    ]);
    const replay = queueInterviewer(recorder.recordings.map(({ answer }) => answer));
    expect(await replay.ask(ask())).toEqual({ value: "YES" });
  });
});

describe("a gate", () => {
  const effect = {
    kind: "gate",
    id: "R/gate/review/1",
    scope: "",
    node: "review",
    gate: {
      id: "review/1",
      visit: 1,
      question: "Ship?",
      options: [
        { key: "Y", label: "Yes", to: "ship", edge: 1 },
        { key: "Y", label: "Yet another look", to: "look", edge: 2 },
      ],
      freeform: false,
      deadline: 5000,
      defaultChoice: null,
      nonce: null,
      headSha: null,
      answer: null,
    },
  } as const;

  it("becomes a question with distinct keys and the time that is left", () => {
    expect(gateQuestion(effect, 2000)).toEqual({
      text: "Ship?",
      type: "MULTIPLE_CHOICE",
      options: [
        { key: "Y", label: "Yes" },
        { key: "2", label: "Yet another look" },
      ],
      timeoutMs: 3000,
      stage: "review",
      metadata: { gate: "review/1" },
    });
    expect(gateQuestion(effect, 9000).timeoutMs).toBe(0);
    expect(gateQuestion({ ...effect, gate: { ...effect.gate, freeform: true } }, 0).type).toBe("FREEFORM");
  });

  it("is told the label that was chosen or the text that was written, and nothing when nobody answered", () => {
    expect(gateAnswer({ value: "OPTION", option: { key: "2", label: "Yet another look" } })).toBe(
      "Yet another look",
    );
    expect(gateAnswer({ value: "TEXT", text: "t" })).toBe("t");
    expect(gateAnswer({ value: "TIMEOUT" })).toBeNull();
    expect(gateAnswer({ value: "SKIPPED" })).toBeNull();
  });
});
