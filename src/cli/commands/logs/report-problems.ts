import type { Problem } from "../../../domain/ports.ts";
import { type Io, tell } from "../../io.ts";

/** Reports problems of the input on stderr. */
export const problemReporter =
  (io: Io) =>
  ({ source, line, what }: Problem): void =>
    tell(io, `causeway: ${source}${line === null ? "" : `:${line}`}: ${what}`);
