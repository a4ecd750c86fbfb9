import { expect, it } from "vitest";
import { blake3 } from "../../engine/cxdb/blake3.ts";
import { readSeq, writeMap } from "../../engine/cxdb/msgpack.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

it.each([
  [0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"],
  [1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"],
  [1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"],
  [2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"],
  [2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"],
  [31_744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"],
  [102_400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"],
])("BLAKE3 of %i bytes is as the published vectors have it", (length, hash) => {
  expect(hex(blake3(Uint8Array.from({ length }, (_, at) => at % 251)))).toBe(hash);
});

it("a turn's number is read back from its bytes, and nothing else passes for one", () => {
  for (const seq of [0, 1, 127, 128, 65_536, 2 ** 40]) expect(readSeq(writeMap([[1, seq]]), 1)).toBe(seq);
  for (const bytes of [[], [0x80], [0x81, 2, 5], [0x81, 1, 0xcf, 0], [0x91, 1, 2]])
    expect(readSeq(Uint8Array.from(bytes), 1)).toBeNull();
  expect(() => writeMap([[1, -1]])).toThrow("no count");
});
