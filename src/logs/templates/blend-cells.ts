import type { Cell } from "./cells.ts";
import { blendText, renderSegments, type Segment, WILDCARD } from "./segments.ts";

/**
 * What the cells at one place of a statement's clusters have in common: a text, the form of a value (`id_<*>`,
 * `Task(<*>)`), or nothing. Their order does not matter.
 */
export function blendCells(cells: readonly Cell[]): Cell {
  const [first] = cells as readonly [Cell];
  const gap = cells.some((cell) => cell.gap);
  if (first.kind === "delimiter") return { ...first, text: shortest(cells), gap };
  const isName = cells.some((cell) => cell.isName);
  if (cells.every(({ text }) => text === first.text)) {
    const hasValue = cells.some(({ kind }) => kind === "value");
    return { ...first, kind: hasValue ? "value" : first.kind, gap, isName };
  }
  if (cells.every(({ kind }) => kind === "value")) {
    const text = cells.reduce((common, cell) => blendText(common, cell.text), first.text);
    return { ...first, text, gap, isName };
  }
  const segments = commonForm(cells) ?? [{ kind: "value", text: WILDCARD, gap }];
  return { ...first, kind: "value", text: textOf(segments), gap, segments, isName: true };
}

/** Of dotted lines. */
const shortest = (cells: readonly Cell[]): string =>
  cells.reduce((text, cell) => (cell.text.length < text.length ? cell.text : text), (cells[0] as Cell).text);

/** @returns null if the cells are built differently, or have no word in common. */
function commonForm(cells: readonly Cell[]): Segment[] | null {
  const form = (cells[0] as Cell).segments.map((segment) => ({ ...segment }));
  if (form.length === 1) return null;
  for (const { segments, text } of cells) {
    if (segments.length !== form.length || text !== textOf(segments)) return null;
    for (const [i, segment] of form.entries()) {
      const other = segments[i] as Segment;
      if ((segment.kind === "delimiter" || other.kind === "delimiter") && segment.text !== other.text) return null;
      if (segment.text !== other.text || other.kind === "value")
        Object.assign(segment, { kind: "value", text: segment.text === other.text ? segment.text : WILDCARD });
    }
  }
  return form.some(({ kind }) => kind === "word") ? form : null;
}

const textOf = ([first, ...others]: readonly Segment[]): string =>
  first === undefined ? "" : renderSegments([{ ...first, gap: false }, ...others]);
