import { createHash } from "node:crypto";
import type { IncidentDocument, RunbookDocument } from "../domain/memory.ts";

type Hashed = Partial<
  Pick<IncidentDocument, "title" | "text" | "system" | "entity" | "cause" | "resolution" | "shape">
> &
  Partial<Pick<RunbookDocument, "causes" | "services" | "source">>;

/** SHA-256 over what is remembered. Not over when, by which analysis and with what outcome: the same told twice is one memory. */
export const contentHash = (hashed: Hashed): string => createHash("sha256").update(canonical(hashed)).digest("hex");

/** JSON with keys in order, so that equal values are equal bytes. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, field: unknown) =>
    field !== null && typeof field === "object" && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
