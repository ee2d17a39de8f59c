const SMALL = [
  ..."zero one two three four five six seven eight nine".split(" "),
  ..."ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(" "),
];
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const SCALES = new Map([
  ["hundred", 100],
  ["thousand", 1000],
  ["million", 1e6],
  ["billion", 1e9],
]);
const VALUES = new Map([
  ...SMALL.map((word, i) => [word, i] as const),
  ...TENS.map((word, i) => [word, 20 + 10 * i] as const),
  ["dozen", 12] as const,
]);

/** Words that state a factor or a part without a number. */
export const FACTOR_WORDS = new Map<string, number>([
  ["twice", 2],
  ["thrice", 3],
  ["double", 2],
  ["doubles", 2],
  ["doubled", 2],
  ["doubling", 2],
  ["triple", 3],
  ["triples", 3],
  ["tripled", 3],
  ["tripling", 3],
  ["quadruple", 4],
  ["quadrupled", 4],
  ["halved", 0.5],
  ["halves", 0.5],
  ["halving", 0.5],
]);

const WORD = [...VALUES.keys(), ...SCALES.keys()].sort((a, b) => b.length - a.length).join("|");
/** A run of number words: "twelve", "twenty-five", "three hundred and twelve". */
export const NUMBER_WORDS_PATTERN = `(?:${WORD})(?:(?:[ -]|[ -]and[ -])(?:${WORD}))*`;

/** The value of a run of number words. */
export function valueOfWords(run: string): number {
  let sum = 0;
  let current = 0;
  for (const word of run.toLowerCase().split(/[ -]+/)) {
    const scale = SCALES.get(word);
    if (scale === undefined) current += VALUES.get(word) ?? 0;
    else if (scale === 100) current = (current || 1) * scale;
    else {
      sum += (current || 1) * scale;
      current = 0;
    }
  }
  return sum + current;
}

/** "one" to "nine" count things in ordinary prose ("one of the two callers"). They are checked only with a unit. */
export const isProse = (run: string): boolean => SMALL.slice(1, 10).includes(run.toLowerCase());
