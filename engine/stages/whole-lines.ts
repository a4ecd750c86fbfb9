/** Where output is too long to be kept whole it is cut between lines: a mask finds no secret of which half was cut away. */

/** A longer line may be cut inside; as much of it goes as a secret could be long. */
export const LONGEST_LINE = 8 * 1024;

const NEWLINE = 0x0a;

/** The beginning of these bytes was cut: without the line that it was cut in. */
export function afterCut(bytes: Buffer): Buffer {
  const end = bytes.subarray(0, LONGEST_LINE).indexOf(NEWLINE);
  return bytes.subarray(end === -1 ? LONGEST_LINE : end + 1);
}

/** The end of these bytes was cut. */
export function beforeCut(bytes: Buffer): Buffer {
  const from = Math.max(0, bytes.length - LONGEST_LINE);
  const begin = bytes.subarray(from).lastIndexOf(NEWLINE);
  return bytes.subarray(0, begin === -1 ? from : from + begin + 1);
}
