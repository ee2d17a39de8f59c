/** Lines that one record may span unless the caller allows more. A quote that stays open for longer is a typo. */
const MAX_RECORD_LINES = 20;

type Line = { text: string; line: number };
type Cutter = { push(text: string, line: number): void; end(): void };
type CutterOptions = { delimiter?: string; maxLines?: number };

/**
 * Joins lines to records (RFC 4180: a quoted field may hold commas, doubled quotes and line ends). Blank lines are
 * skipped. An unclosed quote makes only its own line invalid.
 *
 * @param fits whether a record over several lines is valid; if not, its first line is broken and the others stand
 *   alone.
 * @param onRecord `line` is where the record begins.
 */
export function csvCutter(
  problems: { add(what: string, line: number): void },
  fits: (fields: readonly string[]) => boolean,
  onRecord: (fields: string[], line: number) => void,
  { delimiter = ",", maxLines = MAX_RECORD_LINES }: CutterOptions = {},
): Cutter {
  let open: Line[] = [];

  const push: Cutter["push"] = (text, line) => {
    if (open.length > 0 || text.includes('"')) {
      open.push({ text, line });
      settle(false);
    } else if (text !== "") onRecord(text.split(delimiter), line);
  };

  const settle = (atEnd: boolean): void => {
    const [first, ...rest] = open;
    if (!first) return;
    const fields = splitQuoted(open.map(({ text }) => text).join("\n"), delimiter);
    if (fields && (rest.length === 0 || fits(fields))) {
      open = [];
      onRecord(fields, first.line);
    } else if (fields || atEnd || open.length >= maxLines) {
      problems.add("a quote is never closed", first.line);
      open = [];
      for (const { text, line } of rest) push(text, line);
    }
  };

  return {
    push,
    end() {
      while (open.length > 0) settle(true);
    },
  };
}

/** @returns null if the text ends inside a quoted field. */
function splitQuoted(text: string, delimiter: string): string[] | null {
  const fields: string[] = [];
  for (let at = 0; ;) {
    let field = "";
    if (text[at] === '"') {
      for (at += 1; ;) {
        const quote = text.indexOf('"', at);
        if (quote === -1) return null;
        field += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        field += '"';
        at += 1;
      }
    }
    const comma = text.indexOf(delimiter, at);
    fields.push(field + text.slice(at, comma === -1 ? undefined : comma));
    if (comma === -1) return fields;
    at = comma + 1;
  }
}
