/** What doctor makes on GitHub carries a name that tells when it was made: one that is older than an hour belongs to somebody who was killed. */
import { randomBytes } from "node:crypto";

const ABANDONED_S = 3600;

export const newName = (): string =>
  `doctor-${Math.floor(Date.now() / 1000)}-${randomBytes(4).toString("hex")}`;

/** Of a pattern; its group is when that was, in seconds. */
export const NAME = "doctor-(\\d{10})-[0-9a-f]{8}";

export const isAbandoned = (madeAtS: number): boolean => Date.now() / 1000 - madeAtS > ABANDONED_S;
