/** Comments of an issue, as far as they are read. */
import { z } from "zod";

export const Comments = z.array(
  z.object({ body: z.string().nullish(), user: z.object({ type: z.string() }).nullish() }),
);
