/** Hands on the parts of lines as they come: what each keeps of them, and how much, is its own. */
export function bytesToLines(add: (part: Buffer) => void, end: () => void): (chunk: Buffer) => void {
  return (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      add(chunk.subarray(from, at));
      end();
      from = at + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  };
}
