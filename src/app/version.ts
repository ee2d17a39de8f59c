import { readFileSync } from "node:fs";
import { z } from "zod";
import { PACKAGE_JSON } from "../config.ts";

/** The program's own version. */
export const programVersion = (): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(PACKAGE_JSON, "utf8"))).version;
