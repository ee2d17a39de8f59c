import { cappedAt } from "../../domain/answer.ts";
import type { QueryCoverage } from "../../domain/ports.ts";
import { NEWLINE } from "./blocks.ts";

export type LineLimit = { take(bytes: Buffer): Buffer; readonly isReached: boolean };

/** Lets lines through until the limit of the query, over all streams of an answer. */
export function lineLimit({ query, gaps }: QueryCoverage): LineLimit | null {
  if (query.limit === null) return null;
  let left = query.limit;
  let isReached = false;
  return {
    get isReached() {
      return isReached;
    },
    take(bytes) {
      for (let start = 0; start < bytes.length;) {
        const newline = bytes.indexOf(NEWLINE, start);
        const end = newline === -1 ? bytes.length : newline;
        if (end > start && left === 0) {
          if (!isReached) gaps.push(cappedAt(query));
          isReached = true;
          return bytes.subarray(0, start);
        }
        if (end > start) left -= 1;
        start = end + 1;
      }
      return bytes;
    },
  };
}
