import { shapeOf, type Segment, WILDCARD } from "./segments.ts";

/** Words vary at a position only if at least this many were seen there. Fewer words belong to different statements. */
const MIN_WORDS = 5;
/** After a word that introduces a name, two are enough. */
const MIN_WORDS_AFTER_CUE = 2;
/** The first word nearly always belongs to the statement. */
const MIN_FIRST_WORDS = 20;
const OWN_WORD_ODDS = 20;
const CUES = new Set(["user", "username", "host", "hostname", "account"]);

/** A log cluster, as input for merging. `segments` may be blended with others of its group, but are never changed. */
export type MergeCandidate = { segments: readonly Segment[]; count: number };
/** A statement. `members`: indices of the candidates that it wrote. */
export type MergedTemplate = { members: number[]; segments: Segment[] };

/**
 * Finds the statements behind log clusters. It splits the clusters of one shape at the position with the fewest
 * different words, until what still differs looks like a name. A pure function of the set of clusters: neither their
 * order nor the order of lines matters.
 */
export function mergeTemplates(candidates: readonly MergeCandidate[]): MergedTemplate[] {
  const shapes = new Map<string, number[]>();
  for (const [index, { segments }] of candidates.entries()) {
    const shape = shapeOf(segments);
    const members = shapes.get(shape);
    if (members === undefined) shapes.set(shape, [index]);
    else members.push(index);
  }
  const out: MergedTemplate[] = [];
  for (const members of shapes.values()) partition(candidates, members, out);
  return out;
}

type Position = { at: number; words: number; mayVary: boolean };

function partition(candidates: readonly MergeCandidate[], members: number[], out: MergedTemplate[]): void {
  const stack = [members];
  for (let group = stack.pop(); group !== undefined; group = stack.pop()) {
    const varied = group.length === 1 ? [] : variedPositions(candidates, group);
    if (varied.length === 0 || readsAsOne(candidates[group[0] as number] as MergeCandidate, varied)) {
      out.push({ members: group, segments: blend(candidates, group) });
      continue;
    }
    const closed = varied.filter(({ mayVary }) => !mayVary);
    const { at } = (closed.length > 0 ? closed : varied).reduce((a, b) => (b.words < a.words ? b : a));
    stack.push(...splitAt(candidates, group, at));
  }
}

function variedPositions(candidates: readonly MergeCandidate[], group: readonly number[]): Position[] {
  const { segments } = candidates[group[0] as number] as MergeCandidate;
  const out: Position[] = [];
  let wordBefore: string | null = null; // the word before, if all have the same
  for (let at = 0; at < segments.length; at += 1) {
    if (segments[at]?.kind === "delimiter") {
      wordBefore = null;
      continue;
    }
    const words = new Set<string>();
    let values = 0;
    let lines = 0;
    for (const index of group) {
      const { segments, count } = candidates[index] as MergeCandidate;
      const segment = segments[at] as Segment;
      lines += count;
      if (segment.kind === "value") values += count;
      else words.add(segment.text);
    }
    const cue = wordBefore;
    wordBefore = words.size === 1 && values === 0 ? ([...words][0] as string) : null;
    if (words.size + (values > 0 ? 1 : 0) < 2) continue;
    // Nearly always one word, and rarely a value: the word belongs to the statement.
    const isOwnWord = words.size === 1 && lines - values > values * OWN_WORD_ODDS;
    const isNumbered = values === 0 && at > 0 && areNumbered(words);
    out.push({
      at,
      words: words.size,
      mayVary: isNumbered || (!isOwnWord && mayVary(cue, at, words.size, values > 0)),
    });
  }
  return out;
}

/** `eth0`, `eth1`: one name with a number. */
function areNumbered(words: ReadonlySet<string>): boolean {
  const stems = new Set<string>();
  for (const word of words) {
    const stem = word.replace(/\d/, "");
    if (stem.length === word.length) return false;
    stems.add(stem);
    if (stems.size > 1) return false;
  }
  return true;
}

/** @param cue the word before; null if there is none, or if it varies itself. */
function mayVary(cue: string | null, at: number, words: number, hasValue: boolean): boolean {
  if (at === 0) return hasValue ? words >= MIN_WORDS : words >= MIN_FIRST_WORDS;
  if (hasValue) return true;
  const enough = cue !== null && CUES.has(cue.toLowerCase()) ? MIN_WORDS_AFTER_CUE : MIN_WORDS;
  return words >= enough;
}

/** True if enough stays constant for one statement: at least as many words as vary. */
function readsAsOne({ segments }: MergeCandidate, varied: readonly Position[]): boolean {
  if (!varied.every(({ mayVary }) => mayVary)) return false;
  const words = segments.filter(({ kind }) => kind === "word").length;
  const constant = words - varied.filter(({ at }) => segments[at]?.kind === "word").length;
  return constant >= varied.length && constant >= 1;
}

function splitAt(candidates: readonly MergeCandidate[], group: readonly number[], at: number): number[][] {
  const parts = new Map<string, number[]>();
  for (const index of group) {
    const segment = candidates[index]?.segments[at] as Segment;
    const key = segment.kind === "value" ? "\u0001" : segment.text;
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [index]);
    else part.push(index);
  }
  return [...parts.values()];
}

function blend(candidates: readonly MergeCandidate[], group: readonly number[]): Segment[] {
  const segments = (candidates[group[0] as number] as MergeCandidate).segments.map((segment) => ({ ...segment }));
  for (const index of group.slice(1)) {
    for (const [at, segment] of segments.entries()) {
      const other = candidates[index]?.segments[at] as Segment;
      if (segment.kind !== "delimiter" && segment.text !== other.text)
        Object.assign(segment, { kind: "value", text: WILDCARD });
      else if (other.kind === "value") segment.kind = "value";
    }
  }
  return segments;
}
