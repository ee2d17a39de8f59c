import * as fc from "fast-check";
import { TemplateMiner } from "../../../src/logs/templates/template-miner.ts";

/** Mines lines. `ids`: the cluster id of each line. */
export function mine(lines: readonly string[], miner = new TemplateMiner()): { miner: TemplateMiner; ids: number[] } {
  const ids = lines.map((line) => {
    const bytes = Buffer.from(line);
    return miner.add(bytes, 0, bytes.length);
  });
  return { miner, ids };
}

const words = fc.constantFrom(
  "open",
  "close",
  "user",
  "admin",
  "root",
  "10.0.0.1",
  "7",
  "failed",
  "=",
  "(x)",
  "blk_12",
  "true",
  "a:b",
  "",
);
/** Up to 60 lines of a few words. */
export const someLines = fc.array(
  fc.array(words, { maxLength: 6 }).map((parts) => parts.join(" ")),
  { maxLength: 60 },
);

/** A word without digits, different for each number. */
export const letters = (n: number): string =>
  n.toString(26).replace(/\d/g, (digit) => "qrstuvwxyz".charAt(Number(digit)));
