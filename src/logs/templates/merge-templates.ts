import { type Cell, cellsOf, shapeOf } from "./cells.ts";
import { chunksOf } from "./chunks.ts";
import { blendCells } from "./blend-cells.ts";
import type { Segment } from "./segments.ts";
import { keyBefore, MERGE_RULES, type MergeContext, weightOf } from "./word-weight.ts";

/** With more different words than this, none of them belongs to the statement. */
const MAX_RIVALS = 3;
/** Beyond this much work, a group is split at the place with the fewest words. */
const MAX_SPLIT_WORK = 30_000;

/** A log cluster, as input for merging. `segments` may be blended with others of its group, but are never changed. */
export type MergeCandidate = { segments: readonly Segment[]; count: number };
/**
 * A statement. `members`: indices of the candidates that it wrote. `isChunked`: its cells are chunks between spaces.
 */
export type MergedTemplate = { members: number[]; cells: Cell[]; count: number; isChunked: boolean };
const NONE: ReadonlySet<string> = new Set();
type Candidate = { cells: readonly Cell[]; count: number };

/**
 * Finds the statements behind log clusters. It splits the clusters of one shape at the place that separates statements
 * best, until what still differs looks like values. Then it does the same with the chunks between spaces in place of
 * words, because one value may have any marks in it: `10.0.0.1`, `LOCAL(0)`, `api:8080`. A pure function of the set of
 * clusters: neither their order nor the order of lines matters.
 */
export function mergeTemplates(candidates: readonly MergeCandidate[], rules = MERGE_RULES): MergedTemplate[] {
  const read = readCells(candidates);
  // What introduces a name in one statement does so in all, so the words are merged again with what was learned.
  const first = mergeShapes(read, { rules, learned: NONE });
  const learned = cuesOf(first);
  const byWords = learned.size === 0 ? first : mergeShapes(read, { rules, learned });
  const byChunks = mergeShapes(
    byWords.map(({ cells, count }) => ({ cells: chunksOf(cells), count })),
    { rules, learned },
  );
  return byChunks.map(({ members, cells, count }) => {
    const parts = members.map((index) => byWords[index] as MergedTemplate);
    if (parts.length === 1) return parts[0] as MergedTemplate;
    return { members: parts.flatMap((part) => part.members), cells, count, isChunked: true };
  });
}

/** Merges clusters by their words alone, once, which is cheaper. */
export const mergeByWords = (candidates: readonly MergeCandidate[]): MergedTemplate[] =>
  mergeShapes(readCells(candidates), { rules: MERGE_RULES, learned: NONE });

const readCells = (candidates: readonly MergeCandidate[]): Candidate[] =>
  candidates.map(({ segments, count }) => ({ cells: cellsOf(segments), count }));

/** Words that introduce a name in some statement. */
function cuesOf(templates: readonly MergedTemplate[]): ReadonlySet<string> {
  const cues = new Set<string>();
  for (const { cells } of templates)
    for (const [at, cell] of cells.entries()) {
      if (!cell.isName) continue;
      const key = cells[keyBefore(cells, at)];
      if (key?.kind === "word") cues.add(key.text.toLowerCase());
    }
  return cues;
}

function mergeShapes(candidates: readonly Candidate[], context: MergeContext): MergedTemplate[] {
  const out: MergedTemplate[] = [];
  const shapes = Map.groupBy(candidates.keys(), (index) => shapeOf((candidates[index] as Candidate).cells));
  for (const members of shapes.values()) partition(candidates, members, out, context);
  return out;
}

type Position = { at: number; words: number; mayVary: boolean };

function partition(
  candidates: readonly Candidate[],
  members: number[],
  out: MergedTemplate[],
  context: MergeContext,
): void {
  const stack = [members];
  for (let group = stack.pop(); group !== undefined; group = stack.pop()) {
    const varied = group.length === 1 ? [] : variedPositions(candidates, group, context);
    if (varied.length === 0 || readsAsOne(candidates[group[0] as number] as Candidate, varied)) {
      const count = group.reduce((sum, index) => sum + (candidates[index] as Candidate).count, 0);
      out.push({ members: group, cells: blended(candidates, group), count, isChunked: false });
      continue;
    }
    const closed = varied.filter(({ mayVary }) => !mayVary);
    stack.push(...splitAt(candidates, group, splitter(candidates, group, closed.length > 0 ? closed : varied)));
  }
}

/** The place whose words leave the least variety elsewhere. A word of the statement decides what the others may be. */
function splitter(candidates: readonly Candidate[], group: readonly number[], places: readonly Position[]): number {
  const fewest = places.reduce((a, b) => (b.words < a.words ? b : a)).at;
  if (places.length === 1 || places.length ** 2 * group.length > MAX_SPLIT_WORK) return fewest;
  let best = fewest;
  let least = Infinity;
  for (const { at } of places) {
    // the number of different (word here, word there) pairs: least where the word here decides the word there
    let pairs = 0;
    for (const { at: other, words } of places) {
      if (other === at) continue;
      const seen = new Set<string>();
      for (const index of group) {
        const { cells } = candidates[index] as Candidate;
        seen.add(`${keyOf(cells[at] as Cell)}\u0000${keyOf(cells[other] as Cell)}`);
      }
      pairs += seen.size / words;
    }
    if (pairs < least) {
      least = pairs;
      best = at;
    }
  }
  return best;
}

const keyOf = ({ kind, text }: Cell): string => (kind === "value" ? "\u0001" : text);

function variedPositions(
  candidates: readonly Candidate[],
  group: readonly number[],
  context: MergeContext,
): Position[] {
  const { cells } = candidates[group[0] as number] as Candidate;
  const out: Position[] = [];
  const common: (string | null)[] = []; // the word at a place, if all have the same
  for (let at = 0; at < cells.length; at += 1) {
    if (cells[at]?.kind === "delimiter") {
      common.push(null);
      continue;
    }
    const words = new Map<string, number>(); // lines with each
    let [values, lines, isSlot] = [0, 0, false];
    for (const index of group) {
      const { cells, count } = candidates[index] as Candidate;
      const cell = cells[at] as Cell;
      lines += count;
      isSlot ||= cell.kind === "slot";
      if (cell.kind === "value") values += count;
      else words.set(cell.text, (words.get(cell.text) ?? 0) + count);
    }
    common.push(words.size === 1 && values === 0 ? ([...words.keys()][0] as string) : null);
    if (words.size + (values > 0 ? 1 : 0) < 2) continue;
    const key = common[keyBefore(cells, at)] ?? null;
    // Nearly always one word: it belongs to the statement, unless there are many others.
    const most = words.size <= MAX_RIVALS ? Math.max(...words.values()) : 0;
    const isOwnWord = most > (lines - most) * context.rules.ownWord;
    const weight = weightOf(words.keys(), { isSlot, isFirst: at === 0 && values === 0, key }, context);
    const isEnough =
      values > 0 && at > 0 ? words.size > 1 || !isOwnWord : weight >= context.rules.words * (isOwnWord ? 2 : 1);
    out.push({ at, words: words.size, mayVary: isEnough || (values === 0 && at > 0 && areNumbered(words.keys())) });
  }
  return out;
}

/** `eth0`, `eth1`: one name with a number. */
function areNumbered(words: Iterable<string>): boolean {
  const stems = new Set<string>();
  for (const word of words) {
    const stem = word.replace(/\d/, "");
    if (stem.length === word.length || !/\p{L}/u.test(stem)) return false;
    stems.add(stem);
    if (stems.size > 1) return false;
  }
  return true;
}

const isText = (cell: Cell | undefined): boolean => cell?.kind === "word" || (cell?.kind === "slot" && cell.isChunk);

/** True if enough stays constant for one statement: at least as many words as vary. */
function readsAsOne({ cells }: Candidate, varied: readonly Position[]): boolean {
  if (!varied.every(({ mayVary }) => mayVary)) return false;
  const words = cells.filter(isText).length;
  const free = varied.filter(({ at }) => isText(cells[at])).length;
  return words - free >= varied.length && words - free >= 1;
}

function splitAt(candidates: readonly Candidate[], group: readonly number[], at: number): number[][] {
  const parts = new Map<string, number[]>();
  for (const index of group) {
    const key = keyOf(candidates[index]?.cells[at] as Cell);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [index]);
    else part.push(index);
  }
  return [...parts.values()];
}

function blended(candidates: readonly Candidate[], group: readonly number[]): Cell[] {
  const rows = group.map((index) => (candidates[index] as Candidate).cells);
  return (rows[0] as readonly Cell[]).map((first, at) => {
    return rows.length === 1 ? { ...first } : blendCells(rows.map((cells) => cells[at] as Cell));
  });
}
