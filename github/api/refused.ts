/** Statuses by which GitHub refuses for good: a conversation that is locked, a comment that is gone, a permission taken away. */
export const REFUSED_FOR_GOOD: ReadonlySet<number> = new Set([403, 404, 410, 422]);
