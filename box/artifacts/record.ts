import type { Run } from "../actions/record.ts";

export interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly run: Run;
  readonly backendId: string;
  readonly jobId: number;
  readonly mimeType: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Where its bytes are. */
  readonly file: string;
  size: number;
  digest: string | null;
  finalized: boolean;
}
