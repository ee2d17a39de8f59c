/** Classes of words that change the meaning of neighbouring tokens. */
export const BOOLEANS = 1;
export const DATE_WORDS = 2;
export const UNIT_WORDS = 3;
export const ZONE_WORDS = 4;

const WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun Monday Tuesday Wednesday Thursday Friday Saturday Sunday";
const MONTHS =
  "Jan Feb Mar Apr May Jun Jul Aug Sep Sept Oct Nov Dec " +
  "January February March April June July August September October November December";
const UNITS =
  "bytes byte B KB MB GB TB kB kb mb gb tb KiB MiB GiB TiB ms us ns sec secs second seconds " +
  "min mins minute minutes hour hours day days Hz kHz MHz GHz B/s KB/s MB/s GB/s kB/s kb/s mb/s gb/s bps kbps Mbps Gbps";

const WORDS: readonly (readonly [mark: number, words: string])[] = [
  [BOOLEANS, "true false True False TRUE FALSE null NULL Null nil None NaN nan"],
  [DATE_WORDS, `${WEEKDAYS} ${MONTHS}`],
  [UNIT_WORDS, UNITS],
  [ZONE_WORDS, "UTC GMT EST EDT CST CDT MST MDT PST PDT CET CEST BST IST JST"],
];
const SLOTS = 1 << 14;

/** Finds words by their hash: one array read for nearly all words, a map for the rest. */
export class WordMarks {
  private readonly maybe = new Uint8Array(SLOTS);
  private readonly marks = new Map<number, number>();

  constructor(prime: number, seed: number) {
    for (const [mark, words] of WORDS) {
      for (const word of words.split(" ")) {
        let hash = seed;
        for (let i = 0; i < word.length; i += 1) hash = Math.imul(hash ^ word.charCodeAt(i), prime);
        this.marks.set(hash, mark);
        this.maybe[hash & (SLOTS - 1)] = 1;
      }
    }
  }

  /** @returns 0 for an ordinary word. */
  markOf(hash: number): number {
    return this.maybe[hash & (SLOTS - 1)] === 0 ? 0 : (this.marks.get(hash) ?? 0);
  }

  is(mark: number, hash: number): boolean {
    return this.markOf(hash) === mark;
  }
}
