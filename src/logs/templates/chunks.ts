import { CLOSER_OF, CLOSERS, type Cell, holdsOnlyValues } from "./cells.ts";
import { renderSegments } from "./segments.ts";

/** The chunks between spaces, each as one cell, without the marks around them. What follows `=` is a chunk too. */
export function chunksOf(cells: readonly Cell[]): Cell[] {
  const out: Cell[] = [];
  for (let from = 0; from < cells.length;) {
    let to = from + 1;
    while (to < cells.length && !(cells[to] as Cell).gap && !separates(cells, to - 1)) to += 1;
    let [first, last] = [from, to];
    while (last > first && isMark(cells[last - 1] as Cell) && !closesInside(cells, first, last)) last -= 1;
    while (first < last && isMark(cells[first] as Cell) && !enclose(cells, first, last)) first += 1;
    while (last > first && isMark(cells[last - 1] as Cell) && !closesInside(cells, first, last)) last -= 1;
    if (first === to && to - from === 1 && isPlaceholder(cells, from)) {
      const mark = cells[from] as Cell;
      out.push({ ...mark, kind: "slot", isChunk: true, isName: false });
      from = to;
      continue;
    }
    out.push(...cells.slice(from, first));
    if (last - first === 1) out.push(...singleValues(cells[first] as Cell));
    else if (last > first) out.push(chunk(cells.slice(first, last)));
    out.push(...cells.slice(last, to));
    from = to;
  }
  return out;
}

/** `key=`, `key:` before a word, and a dotted line. A host and its port stay together. */
function separates(cells: readonly Cell[], at: number): boolean {
  const { kind, text } = cells[at] as Cell;
  if (kind !== "delimiter") return false;
  return text === "=" || text.length > 1 || (text === ":" && (cells[at + 1] as Cell).kind !== "value");
}

/** A dash alone stands for a value that is missing. */
const isPlaceholder = (cells: readonly Cell[], at: number): boolean =>
  (cells[at] as Cell).text === "-" && (at === 0 || (cells[at] as Cell).gap);

/** The values of a run, each as a cell. */
function singleValues(cell: Cell): Cell[] {
  if (cell.kind !== "value" || !cell.text.includes(" ")) return [cell];
  return cell.text
    .split(" ")
    .map((text, i) => ({ ...cell, text, gap: i === 0 ? cell.gap : true, segments: i === 0 ? cell.segments : [] }));
}

const isMark = ({ kind }: Cell): boolean => kind === "delimiter";

/** True if the last mark closes a bracket that opens in the chunk. */
function closesInside(cells: readonly Cell[], first: number, last: number): boolean {
  const close = (cells[last - 1] as Cell).text;
  if (!CLOSERS.has(close)) return false;
  let depth = 0;
  for (let at = last - 1; at >= first; at -= 1) {
    const { kind, text } = cells[at] as Cell;
    if (kind !== "delimiter") continue;
    if (text === close && at !== first && CLOSER_OF[text] !== text) depth += 1;
    else if (CLOSER_OF[text] === close && (depth -= 1) === 0) return true;
  }
  return false;
}

/** True if the first mark opens a bracket that the last one closes. */
function enclose(cells: readonly Cell[], first: number, last: number): boolean {
  const open = (cells[first] as Cell).text;
  const close = CLOSER_OF[open];
  if (close === undefined || (cells[last - 1] as Cell).text !== close || last - first < 2) return false;
  if (close === open) return cells.slice(first + 1, last - 1).every(({ text }) => text !== open);
  let depth = 0;
  for (let at = first; at < last; at += 1) {
    const { kind, text } = cells[at] as Cell;
    if (kind !== "delimiter") continue;
    if (text === open) depth += 1;
    else if (text === close && (depth -= 1) === 0) return at === last - 1;
  }
  return false;
}

function chunk(covered: Cell[]): Cell {
  const text = renderSegments(covered.map((cell, i) => (i === 0 ? { ...cell, gap: false } : cell)));
  const { gap } = covered[0] as Cell;
  const segments = covered.flatMap((cell) => cell.segments);
  return { kind: holdsOnlyValues(text) ? "value" : "slot", text, gap, segments, isChunk: true, isName: false };
}
