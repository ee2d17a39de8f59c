import { createHash } from "node:crypto";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";

/** Characters of the items of one page, as JSON. A page holds at least one item, whatever its size. */
const MAX_PAGE_CHARS = 40_000;

const Cursor = z.tuple([z.string(), z.number().int().min(1)]);
export const CursorInput = z
  .string()
  .max(200)
  .optional()
  .describe("next_cursor of the previous page, with the same other arguments; absent for the first page");
export const NextCursor = z.string().nullable().describe("pass it as cursor for the next page; null at the end");

/** What a cursor belongs to: one with other arguments would skip or repeat items. */
const digestOf = (listing: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(listing)).digest("base64url").slice(0, 12);

export const toCursor = (listing: readonly unknown[], at: number): string =>
  Buffer.from(JSON.stringify([digestOf(listing), at])).toString("base64url");

/** The position of the first item; 0 without a cursor. @throws {IncidentError} BAD_INPUT */
export function fromCursor(listing: readonly unknown[], cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  try {
    const [digest, at] = Cursor.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    if (digest === digestOf(listing)) return at;
  } catch {
    // the same answer as for a cursor of another listing
  }
  throw new IncidentError("BAD_INPUT", "the cursor is not one that this tool returned for these arguments", {
    hint: "Pass next_cursor of the previous page unchanged, with the same other arguments, or no cursor.",
  });
}

/**
 * One page of a list, bounded in items and size.
 *
 * @param listing the name of the tool and its other arguments. @throws {IncidentError} BAD_INPUT
 */
export function pageOf<T>(
  all: readonly T[],
  { listing, cursor, limit }: { listing: readonly unknown[]; cursor: string | undefined; limit: number },
): { items: T[]; next_cursor: string | null; total: number } {
  const from = fromCursor(listing, cursor);
  const items: T[] = [];
  let left = MAX_PAGE_CHARS;
  for (const item of all.slice(from, from + limit)) {
    left -= JSON.stringify(item).length;
    if (left < 0 && items.length > 0) break;
    items.push(item);
  }
  const end = from + items.length;
  return { items, next_cursor: end < all.length ? toCursor(listing, end) : null, total: all.length };
}
