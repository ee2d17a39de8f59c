import { isPersonLike, isPlaceholder } from "./redact-judge.ts";
import { anyPartTest, type Hints } from "./redact-hints.ts";
import type { Mark } from "./redact-rule.ts";

// Names and values that stand apart: in attributes, in columns of SQL and CSV, in parameters of a statement.

/** The kind of a value that stands under a name, such as `secret`; null if there is nothing to mask. */
export type KindBeside = (name: string, value: string) => string | null;

const NAME = String.raw`(?<name>[\p{L}_][\p{L}\d_.:-]{1,60})`;
const QUOTED = String.raw`(?<quote>\\{0,3}["'])(?<value>[^"'\\\n⟨⟩]{2,400})\k<quote>`;

type Pair = { needs: readonly string[]; find: RegExp };
const PAIRS: readonly (Pair & { mayMatch: (hints: Hints) => boolean })[] = (
  [
    // OpenTelemetry: {"key":"client_secret","value":{"stringValue":"…"}}
    {
      needs: ["stringvalue"],
      find: new RegExp(
        [
          String.raw`(?<before>"key\\{0,3}"[ ]?:[ ]?\\{0,3}"${NAME}\\{0,3}"[ ]?,[ ]?\\{0,3}"value\\{0,3}"[ ]?:[ ]?`,
          String.raw`\{(?:\\{0,3}"arrayValue\\{0,3}":\{\\{0,3}"values\\{0,3}":\[\{)?\\{0,3}"stringValue\\{0,3}"[ ]?:`,
          String.raw`[ ]?)${QUOTED}`,
        ].join(""),
        "giu",
      ),
    },
    {
      needs: ["value"],
      find: new RegExp(
        String.raw`(?<before>"(?:name|key)"[ ]?:[ ]?"${NAME}"[ ]?,[ ]?"value"[ ]?:[ ]?)${QUOTED}`,
        "giu",
      ),
    },
    // ["first_name", "…"]
    { needs: [`["`], find: new RegExp(String.raw`(?<before>\["${NAME}", )${QUOTED}(?=\])`, "gu") },
    // SAML: <Attribute Name="displayName"><AttributeValue>…</AttributeValue>
    {
      needs: ["value>"],
      find: new RegExp(
        [
          String.raw`(?<before>\bName="(?:[^"\s]{1,80}[/:])?${NAME}"[^<>]{0,200}>\s{0,20}<(?:\w{1,20}:)?\w`,
          String.raw`{0,20}Value[^<>]{0,80}>)(?<value>[^<>⟨⟩\n]{2,400})(?=<)`,
        ].join(""),
        "gu",
      ),
    },
    // <firstName>…</firstName>
    {
      needs: ["</"],
      find: new RegExp(
        String.raw`(?<before><(?:\w{1,20}:)?${NAME}(?: [^<>]{0,200})?>)(?<value>[^<>⟨⟩\n]{2,400})(?=<\/)`,
        "gu",
      ),
    },
    // Go: {DB_PASSWORD hunter2}
    {
      needs: ["{"],
      find: new RegExp(String.raw`(?<before>\{${NAME} )(?<value>[^\s{}⟨⟩]{3,200})(?=\}| [^\s{}]{0,80}\})`, "gu"),
    },
    // Postgres: Key (phone)=(0151 …)
    { needs: [")=("], find: new RegExp(String.raw`(?<before>\(${NAME}\)=\()(?<value>[^()⟨⟩\n]{2,200})(?=\))`, "gu") },
    // dup key: { phone: "…" }, rejected value […] of validators
    {
      needs: ["rejected value", "input_value", "with value"],
      find: new RegExp(
        [
          [
            String.raw`(?<before>(?:\bfield ['"]|\bfor \w{1,60}\n|^["']?|\n|: ["'])${NAME}(?:['"]|\n)[^\n]{`,
            String.raw`0,160}?(?:rejected value |`,
          ].join(""),
          String.raw`input_value=|with value ))(?<open>[["'])(?<value>[^"'\]\n⟨⟩]{2,200})(?=["'\]])`,
        ].join(""),
        "giu",
      ),
    },
  ] satisfies Pair[]
).map((pair) => ({ ...pair, mayMatch: anyPartTest(pair.needs) }));

/** In a table, `name` is a column of people if its values look so. */
const kindInTable =
  (kindOf: KindBeside): KindBeside =>
  (name, value) =>
    kindOf(name, value) ?? (/^(?:name|person|contact)$/i.test(name) && isPersonLike(value) ? "name" : null);

/** What a value is replaced by: its mark, or the value itself. */
const markOf = (kindOf: KindBeside, mark: Mark, name: string, value: string): string => {
  const kind = isPlaceholder(value) ? null : kindOf(name, value);
  return kind === null ? value : mark(kind, value);
};

/** Masks values that stand apart from their names. */
export function maskPairs(text: string, hints: Hints, kindOf: KindBeside, mark: Mark): string {
  let masked = text;
  for (const { find, mayMatch } of PAIRS)
    if (mayMatch(hints))
      masked = masked.replace(find, (found: string, ...rest: unknown[]) => {
        const { before = "", name = "", value = "", quote = "", open = "" } = rest.at(-1) as Record<string, string>;
        const kept = markOf(kindOf, mark, name, value);
        return kept === value ? found : `${before}${quote}${open}${kept}${quote}`;
      });
  if (HAS_INSERT(hints)) masked = maskInserts(masked, kindInTable(kindOf), mark);
  if (HAS_PARAMETERS(hints)) masked = maskParameters(masked, kindOf, mark);
  return masked.includes("\n") ? maskTable(masked, kindOf, mark) : masked;
}

const HAS_INSERT = anyPartTest(["insert into"]);
const HAS_PARAMETERS = anyPartTest(["$1 = "]);
const CELL = String.raw`'(?:[^'\n]|''){0,1000}'|"[^"\n]{0,1000}"|[^,()'"\n⟨⟩]{0,1000}|⟨[^⟨⟩]{0,60}⟩`;
const INSERT = new RegExp(
  [
    String.raw`(?<before>\binsert into \S{1,100} ?\((?<columns>[^()\n]{1,2000})\) ?values ?\()(?<ro`,
    String.raw`w>(?:${CELL})(?:,(?: ?)(?:${CELL})){0,60})(?=\)|$)`,
  ].join(""),
  "gi",
);
const bareName = (column: string): string => column.trim().replaceAll(/["'`[\]]/g, "");

/** Values of an INSERT statement, each under the name of its column. */
const maskInserts = (text: string, kindOf: KindBeside, mark: Mark): string =>
  text.replace(INSERT, (_, ...rest: unknown[]) => {
    const { before = "", columns = "", row = "" } = rest.at(-1) as Record<string, string>;
    const names = columns.split(",").map(bareName);
    let at = 0;
    const cells = row.replaceAll(/'(?:[^'\n]|'')*'|"[^"\n]*"|[^,'"]+/g, (cell) => {
      if (cell.trim() === "") return cell;
      const [, open = "", value = "", close = ""] = /^(\s*['"]?)(.*?)(['"]?\s*)$/s.exec(cell) ?? [];
      return `${open}${markOf(kindOf, mark, names[at++] ?? "", value)}${close}`;
    });
    return `${before}${cells}`;
  });

/** `WHERE last_name = $1 …  parameters: $1 = 'Smith'` */
function maskParameters(text: string, kindOf: KindBeside, mark: Mark): string {
  const names = new Map<string, string>();
  for (const [, name = "", number = ""] of text.matchAll(/([\w.]{2,60})"? ?= ?\$(\d{1,3})(?!\d| = )/g))
    names.set(number, name);
  return text.replaceAll(/(?<before>\$(?<number>\d{1,3}) = ')(?<value>[^'\n⟨⟩]{2,400})(?=')/g, (_, ...rest) => {
    const { before = "", number = "", value = "" } = rest.at(-1) as Record<string, string>;
    return `${before}${markOf(kindOf, mark, names.get(number) ?? "", value)}`;
  });
}

/** A cell without its quotes and blanks. */
function maskedCell(cell: string, masked: (value: string) => string): string {
  const [, open = "", value = "", close = ""] = /^(\s*["']?)(.*?)(["']?\s*)$/s.exec(cell) ?? [];
  return value.length < 2 || value.includes("⟨") ? cell : `${open}${masked(value)}${close}`;
}

/** At most this many lines of a table are read. */
const MAX_ROWS = 1000;

/** A line of column names, and lines with as many values: CSV, TSV and the like. */
function maskTable(text: string, kindOf: KindBeside, mark: Mark): string {
  const lines = text.split("\n");
  if (lines.length > MAX_ROWS) return text;
  let header: { gap: string; names: string[] } | null = null;
  for (const [at, line] of lines.entries()) {
    const gap = [",", ";", "\t", "|"].find((one) => line.split(one).length > 1);
    const cells = gap === undefined ? [] : line.split(gap);
    if (header !== null && gap === header.gap && cells.length === header.names.length) {
      const { names } = header;
      lines[at] = cells
        .map((cell, column) =>
          maskedCell(cell, (value) => markOf(kindInTable(kindOf), mark, names[column] ?? "", value)),
        )
        .join(gap);
    } else
      header =
        gap !== undefined &&
        cells.length > 2 &&
        cells.every((cell) => /^\s*["']?[\p{L}_][\p{L}\d_ .-]{0,40}["']?\s*$/u.test(cell))
          ? { gap, names: cells.map(bareName) }
          : null;
  }
  return lines.join("\n");
}
