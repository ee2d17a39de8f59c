import { addressesReader } from "./denied-words.ts";
import { type TextToken, tokensOf } from "./tokens.ts";
import { isStatement } from "./vocabulary.ts";
import { withoutLeet } from "./words-in.ts";

/** Tokens read of one text. */
const MOST_TOKENS = 80;
/** A clause that keeps a smaller share of its words keeps none: the rest of a sentence no longer says the same. */
const LEAST_KEPT = 0.34;
/** Numbers in a row that still are data. More may spell letters. */
const MOST_NUMBERS = 6;

/** Messages of products that address their reader, and what they state. */
const PARAPHRASES: readonly [RegExp, string][] = [
  [/you have an error in your SQL syntax/gi, "SQL syntax error"],
  [/you (?:do not|don't) have permission/gi, "permission denied"],
  [/must be vacuumed within/gi, "not vacuumed within"],
];

type Piece = { shown: string; isHole: boolean; isGlued: boolean; count: number; isGrammar: boolean };

const holeOf = (count: number): Piece => ({ shown: "", isHole: true, isGlued: false, count, isGrammar: false });

/**
 * A text of telemetry or of people, as a model may see it: words of operations and typed parameters stay, and
 * everything else becomes `⟨3 words⟩`. Order words stay only where they cannot be an order. From a clause
 * that addresses its reader on, nothing is shown.
 *
 * @param text without control and invisible characters; secrets are masked.
 * @param names ids of entities, shown as `⟨orders-db⟩` where the text mentions them.
 */
export function maskedText(text: string, names: ReadonlySet<string> = new Set()): string {
  const stated = PARAPHRASES.reduce((now, [phrase, statement]) => now.replaceAll(phrase, statement), text);
  const tokens = tokensOf(stated, names);
  const clauses: TextToken[][] = [[]];
  for (const token of tokens.slice(0, MOST_TOKENS)) {
    clauses.at(-1)?.push(token);
    if (token.endsClause) clauses.push([]);
  }
  const cut = tokens.length - MOST_TOKENS;
  const speech = clauses.findIndex((clause, i) => isSpeech(clause, clauses[i - 1]));
  const pieces = [
    ...clauses.flatMap((clause, i) => piecesOf(clause, speech !== -1 && i >= speech)),
    ...(cut > 0 ? [holeOf(cut)] : []),
  ];
  return joined(merged(withoutLooseGrammar(withoutNumberRuns(pieces))));
}

/** True for a clause that addresses its reader, or that follows a role (`SYSTEM: …`). All after it is withheld, too. */
const isSpeech = (clause: readonly TextToken[], before: readonly TextToken[] = []): boolean =>
  clause.some(({ is, word }) => is === "word" && isAddress(word)) ||
  (before.filter(({ isLevel }) => !isLevel).length === 1 && before.at(-1)?.isRole === true);

function piecesOf(clause: readonly TextToken[], isWithheld: boolean): Piece[] {
  if (clause.length === 0) return [];
  const level = clause.filter(({ isLevel }) => isLevel).map(pieceOf);
  const withheld = [...level, ...(clause.length > level.length ? [holeOf(clause.length - level.length)] : [])];
  if (isWithheld) return withheld;
  const isShown = clause.map((token, i) => isTokenShown(token, i, clause));
  const words = clause.flatMap(({ is, wordClass }, i) =>
    is === "word" && wordClass !== "grammar" ? [isShown[i]] : [],
  );
  if (words.length > 0 && words.filter(Boolean).length / words.length < LEAST_KEPT) return withheld;
  return clause.map((token, i) => (isShown[i] ? pieceOf(token) : holeOf(1)));
}

const isAddress = (word: string): boolean =>
  addressesReader(word) || (/\d/.test(word) && /\p{L}/u.test(word) && addressesReader(withoutLeet(word)));

function isTokenShown(
  { is, word, wordClass, endsClause }: TextToken,
  i: number,
  clause: readonly TextToken[],
): boolean {
  if (is === "parameter" || wordClass !== "guarded") return is === "parameter" || wordClass !== "unknown";
  const before = clause.slice(0, i).map((token) => token.word);
  return isStatement(word, before.toReversed(), clause[i + 1]?.word, i === clause.length - 1 && endsClause);
}

const pieceOf = ({ shown, before, after, isGlued, is, wordClass }: TextToken): Piece => ({
  shown: before.replaceAll(/[`{<]/g, "") + shown + after.replaceAll(/[`}>!?|]/g, ""),
  isHole: false,
  isGlued,
  count: 1,
  isGrammar: is === "word" && wordClass === "grammar",
});

/** Words of grammar stand only between two that say something: `is the` of a hidden sentence is not shown. */
function withoutLooseGrammar(pieces: readonly Piece[]): Piece[] {
  const isFirm = (start: number, step: 1 | -1): boolean => {
    let at = start;
    while (pieces[at]?.isGrammar) at += step;
    const there = pieces[at];
    return there === undefined || !there.isHole;
  };
  return pieces.map((piece, i) => (piece.isGrammar && !(isFirm(i, -1) && isFirm(i, 1)) ? holeOf(1) : piece));
}

function withoutNumberRuns(pieces: readonly Piece[]): Piece[] {
  let run = 0;
  return pieces.map((piece) => {
    run = !piece.isHole && /^\W*\d[\d.,+-]*\W*$/.test(piece.shown) ? run + 1 : 0;
    return run > MOST_NUMBERS ? holeOf(1) : piece;
  });
}

function merged(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (piece.isHole && last?.isHole) last.count += piece.count;
    else if (piece.shown !== "*" || last?.shown !== "*") all.push({ ...piece });
  }
  return all;
}

/** No `](`, which would make a link. */
const joined = (pieces: readonly Piece[]): string =>
  pieces
    .map(({ shown, isHole, isGlued, count }, i) => {
      const text = isHole ? (count === 1 ? "⟨word⟩" : `⟨${count} words⟩`) : shown;
      return (i === 0 || isGlued ? "" : " ") + text;
    })
    .join("")
    .replaceAll("](", "] (");
