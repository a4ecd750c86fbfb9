/** What every payload has, held to the shape that GitHub gives it: a name leads to that repository and to nothing else. */
import { z } from "zod";

export const Repository = z.object({
  full_name: z.string().regex(/^[A-Za-z0-9_.-]{1,100}\/(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}$/),
});
export const Installation = z.object({ id: z.number() });
