/**
 * Pushes that came over git itself. A hook of the repository writes each moved ref to a journal before the pusher gets
 * the answer; the box reads on when it is told of a change, and before it answers what depends on it.
 */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { pusherOf } from "./pusher.ts";
import { refMoved } from "./ref-moved.ts";

export const JOURNAL = "box-pushes";

interface Reader {
  offset: number;
  work: Promise<void>;
}

const readers = new WeakMap<Repository, Reader>();

/** Resolves when every push that git has finished is known. */
export function takePushes(world: World, repository: Repository): Promise<void> {
  const reader = readers.get(repository) ?? { offset: 0, work: Promise.resolve() };
  readers.set(repository, reader);
  reader.work = reader.work.then(async () => {
    const text = readFrom(join(repository.gitDir, JOURNAL), reader.offset);
    const whole = text.subarray(0, text.lastIndexOf(10) + 1);
    reader.offset += whole.length;
    for (const line of whole.toString().split("\n").slice(0, -1)) {
      const [who = "", before = "", after = "", name = ""] = line.split(" ");
      await refMoved(world, repository, { name, before, after }, pusherOf(world, who));
    }
  });
  return reader.work;
}

function readFrom(file: string, offset: number): Buffer {
  const handle = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(handle).size - offset));
    return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(handle);
  }
}
