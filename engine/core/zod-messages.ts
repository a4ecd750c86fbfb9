/** What is wrong with data is said in words: the small zod brings none by itself. */
import { config, locales } from "zod/mini";

config(locales.en());
