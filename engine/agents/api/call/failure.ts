/** Why a model call failed, typed: what a stage's evidence is made from, and whether asking again can help. */
import type { Evidence } from "../../../failure/evidence.ts";

export interface CallFailure {
  /** A word of `engine/failure/error-codes.ts`. */
  readonly code: string;
  readonly status: number | null;
  readonly message: string;
  /** Asking again may help, provided nothing of an answer came. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  /** A stop of money or quota: no retry helps, a person or time does. */
  readonly pause: boolean;
}

export const evidenceOf = ({ code, status }: CallFailure): Evidence => ({
  error_code: code,
  ...(status === null ? {} : { http_status: status }),
});

/** The stream or the connection broke: whatever came is no answer. */
export const broken = (message: string, code = "stream_closed"): CallFailure => ({
  code,
  status: null,
  message,
  retryable: true,
  retryAfterMs: null,
  pause: false,
});

export const refusedCall = (code: string, message: string): CallFailure => ({
  ...broken(message, code),
  retryable: false,
});
