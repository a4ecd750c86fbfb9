/** BLAKE3 with 256 bits of output: the hash by which CXDB names a turn's content. */

const IV = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
] as const;
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8] as const;
const BLOCK = 64;
const CHUNK = 1024;
const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;

type Words = Uint32Array;

/** What is left to compress: a node whose flags may still become those of the root. */
interface Node {
  readonly chaining: Words;
  readonly block: Words;
  readonly counter: number;
  readonly length: number;
  readonly flags: number;
}

export function blake3(input: Uint8Array): Uint8Array {
  const root = tree(input, 0);
  const words = compress({ ...root, counter: 0, flags: root.flags | ROOT });
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < 8; at++) view.setUint32(at * 4, words[at]!, true);
  return bytes;
}

/** The left half is the largest power of two of whole chunks that leaves something for the right. */
function tree(input: Uint8Array, chunk: number): Node {
  if (input.length <= CHUNK) return lastOfChunk(input, chunk);
  const chunks = Math.ceil(input.length / CHUNK);
  const left = 2 ** Math.ceil(Math.log2(chunks) - 1);
  const cut = left * CHUNK;
  const block = new Uint32Array(16);
  block.set(chained(tree(input.subarray(0, cut), chunk)), 0);
  block.set(chained(tree(input.subarray(cut), chunk + left)), 8);
  return { chaining: Uint32Array.from(IV), block, counter: 0, length: BLOCK, flags: PARENT };
}

const chained = (node: Node): Words => compress(node).slice(0, 8);

function lastOfChunk(input: Uint8Array, counter: number): Node {
  let chaining: Words = Uint32Array.from(IV);
  for (let at = 0; ; at += BLOCK) {
    const bytes = input.subarray(at, at + BLOCK);
    const start = at === 0 ? CHUNK_START : 0;
    const node = { chaining, block: wordsOf(bytes), counter, length: bytes.length, flags: start };
    if (at + BLOCK >= input.length) return { ...node, flags: start | CHUNK_END };
    chaining = chained(node);
  }
}

function wordsOf(bytes: Uint8Array): Words {
  const padded = new Uint8Array(BLOCK);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  return Uint32Array.from({ length: 16 }, (_, at) => view.getUint32(at * 4, true));
}

function compress({ chaining, block, counter, length, flags }: Node): Words {
  const state = new Uint32Array(16);
  state.set(chaining, 0);
  state.set(IV.slice(0, 4), 8);
  state[12] = counter >>> 0;
  state[13] = Math.floor(counter / 2 ** 32);
  state[14] = length;
  state[15] = flags;
  let words = block;
  for (let round = 0; ; round++) {
    mix(state, words);
    if (round === 6) break;
    const before = words;
    words = Uint32Array.from(PERMUTATION, (from) => before[from]!);
  }
  for (let at = 0; at < 8; at++) {
    state[at]! ^= state[at + 8]!;
    state[at + 8]! ^= chaining[at]!;
  }
  return state;
}

function mix(state: Words, words: Words): void {
  quarter(state, 0, 4, 8, 12, words[0]!, words[1]!);
  quarter(state, 1, 5, 9, 13, words[2]!, words[3]!);
  quarter(state, 2, 6, 10, 14, words[4]!, words[5]!);
  quarter(state, 3, 7, 11, 15, words[6]!, words[7]!);
  quarter(state, 0, 5, 10, 15, words[8]!, words[9]!);
  quarter(state, 1, 6, 11, 12, words[10]!, words[11]!);
  quarter(state, 2, 7, 8, 13, words[12]!, words[13]!);
  quarter(state, 3, 4, 9, 14, words[14]!, words[15]!);
}

function quarter(s: Words, a: number, b: number, c: number, d: number, x: number, y: number): void {
  s[a] = s[a]! + s[b]! + x;
  s[d] = right(s[d]! ^ s[a]!, 16);
  s[c] = s[c]! + s[d]!;
  s[b] = right(s[b]! ^ s[c]!, 12);
  s[a] = s[a]! + s[b]! + y;
  s[d] = right(s[d]! ^ s[a]!, 8);
  s[c] = s[c]! + s[d]!;
  s[b] = right(s[b]! ^ s[c]!, 7);
}

const right = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
