/** One path, ref or artifact component made from any text: bounded, lower case, valid everywhere, different for different texts. */
import { createHash } from "node:crypto";

const HASH_LENGTH = 8;
/** Names that Windows keeps for devices, whatever their case. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

export const hash8 = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, HASH_LENGTH);

/** A text that is a safe name already stays as it is; any other gets its hash, for what was replaced may have told it apart. */
export function safeName(text: string, max = 48): string {
  const slug = slugOf(text);
  if (text !== "" && slug === text && text.length <= max && !DEVICE.test(text)) return text;
  const head = slug.slice(0, max - HASH_LENGTH - 1).replace(/[-_]+$/, "");
  return head === "" ? hash8(text) : `${head}-${hash8(text)}`;
}

/** Letters, digits, `-` and `_`; begins and ends with a letter or digit. May be empty. */
const slugOf = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^[-_]+/, "")
    // The look-behind keeps it from starting inside its own run, which takes seconds on a long one.
    .replace(/(?<![-_])[-_]+$/, "");
