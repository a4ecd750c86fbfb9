/** The `attractor` command. */
import { start } from "./start.ts";

await start();
