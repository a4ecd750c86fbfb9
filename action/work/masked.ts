/** What a stage says goes into a log that others may read: masked before it is recorded, so that nothing else has to think of it. */
import { redactDeep } from "../../engine/redact/redact.ts";
import type { StageRunner } from "../../engine/stages/port.ts";

/** Statuses and labels stay as they are: they choose edges, and an edge's label is in the graph already. */
export const masked =
  (redact: (text: string) => string, runner: StageRunner): StageRunner =>
  async (request) => {
    const result = await runner({
      ...request,
      mask: redact,
      note: (note) => request.note(redactDeep(note, redact)),
    });
    const { status, preferred_label, suggested_next_ids, ...said } = result.outcome;
    return {
      ...result,
      outcome: {
        ...redactDeep(said, redact),
        status,
        ...(preferred_label === undefined ? {} : { preferred_label }),
        ...(suggested_next_ids === undefined ? {} : { suggested_next_ids }),
      },
      ...(result.unknownFields === undefined
        ? {}
        : { unknownFields: redactDeep(result.unknownFields, redact) }),
    };
  };
