import { expect, it } from "vitest";
import type { Fields } from "../../../engine/agents/cli/fields.ts";
import { tapOf } from "../../../engine/agents/proxy/tap.ts";
import { STREAMS } from "./upstream.ts";

function seen(stream: string, cut: number): readonly Fields[] {
  const parts: Fields[] = [];
  const tap = tapOf("text/event-stream", (part) => parts.push(part));
  const bytes = Buffer.from(stream);
  for (let at = 0; at < bytes.length; at += cut) tap.take(bytes.subarray(at, at + cut));
  tap.end();
  return parts;
}

it("R-AGENT-16: what an answer used is read however its bytes are cut, and whatever lines stand around it", () => {
  for (const events of Object.values(STREAMS)) {
    const stream = `event: usage\n: usage\n\n${events.join("").replaceAll("\n\n", "\r\n\r\n")}data: {"broken usage"\n`;
    const whole = seen(stream, stream.length * 2);
    expect(whole.length).toBeGreaterThan(0);
    for (let cut = 1; cut < Buffer.byteLength(stream); cut++)
      expect(seen(stream, cut), `${cut}`).toEqual(whole);
  }
});

it("R-AGENT-16: several reports in one piece are each read, the last one without a line's end too", () => {
  const report = (n: number) => `data: {"usage":${n},"says":"usage"}`;
  const stream = `${report(1)}\ndata: {"other":1}\n${report(2)}\n\n${report(3)}`;
  for (const cut of [1, 7, 50, 1000]) expect(seen(stream, cut).map(({ usage }) => usage)).toEqual([1, 2, 3]);
});

it("R-AGENT-16: a line without an end is not kept, and what follows it is read", () => {
  const parts: Fields[] = [];
  const tap = tapOf("text/event-stream", (part) => parts.push(part));
  const piece = Buffer.alloc(1024 * 1024, "x");
  tap.take(Buffer.from('data: {"usage":"'));
  for (let n = 0; n < 64; n++) tap.take(piece);
  tap.take(Buffer.from('"}\ndata: {"usage":2}\n'));
  tap.end();
  expect(parts).toEqual([{ usage: 2 }]);
});
