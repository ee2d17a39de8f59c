import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";

/** The incident after which a listing continues, in the store or in the data folders. */
const Cursor = z.union([
  z.tuple([z.literal("stored"), z.number(), z.string()]),
  z.tuple([z.literal("recorded"), z.string()]),
]);
export type Cursor = z.infer<typeof Cursor>;

export const toCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString("base64url");

/** @throws {IncidentError} BAD_INPUT */
export function fromCursor(text: string): Cursor {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", "the cursor is not one that a listing of incidents returned", {
      hint: "Pass the `next_cursor` of the previous page unchanged, or no cursor for the first page.",
      cause,
    });
  }
}
