/** An answer in our words that repeats some of theirs: it shows what was written, and none of it takes effect. */
import { neutraliseMentions, plainText } from "../../engine/report/escape.ts";

const ZERO_WIDTH = "\u200b";

/** No element, no link, no image, no mention, no hidden direction; backticks of ours stay what they are. */
export const replyText = (text: string): string =>
  neutraliseMentions(plainText(text))
    .replace(/<(?=[A-Za-z/!?])/g, `<${ZERO_WIDTH}`)
    .replace(/\](?=[([:])/g, `]${ZERO_WIDTH}`);
