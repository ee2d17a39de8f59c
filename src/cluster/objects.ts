import { isTool, type ToolAnswer } from "./answers.ts";
import { type Description, parseDescription } from "./describe.ts";
import { parseTable, type TableRow } from "./table.ts";

/** A row of a `kubectl get` table, with the answer that held it. */
export type Listed = { row: TableRow; answer: ToolAnswer };
export type Described = { description: Description; answer: ToolAnswer };

/**
 * All rows and descriptions of one type, by `namespace/name`. Rows of several tables are merged; the first value of a
 * column wins.
 */
export type Objects = { rows: ReadonlyMap<string, Listed>; described: ReadonlyMap<string, Described> };

/** `kubectl describe` of several objects prints one after another. */
const NEXT_OBJECT = /\n(?=Name:\s)/;

/** Collects the rows and descriptions of one type. */
export function objectsOf(answers: readonly ToolAnswer[], type: string): Objects {
  const rows = new Map<string, Listed>();
  const described = new Map<string, Described>();
  for (const one of answers) {
    if (one.type !== type) continue;
    if (isTool(one, "describe")) {
      for (const text of one.text.split(NEXT_OBJECT)) {
        const named = /^Name:\s+(\S+)/m.exec(text)?.[1];
        if (named === undefined) continue; // "Error from server (NotFound)" describes no object
        const name = one.name === "" ? named : one.name;
        const description = parseDescription(text, `${type.slice(0, -1)}/${name}`);
        const namespace = one.namespace === "" ? (description.fields.get("Namespace") ?? "") : one.namespace;
        described.set(`${namespace}/${name}`, { description, answer: one });
      }
    } else if (isTool(one, "resource")) {
      for (const row of parseTable(one.text)) {
        const key = `${row.NAMESPACE ?? one.namespace}/${row.NAME}`;
        const known = rows.get(key);
        rows.set(key, { row: { ...row, ...known?.row }, answer: known?.answer ?? one });
      }
    }
  }
  return { rows, described };
}

/** Yields each object with its row and its description, where it has them. */
export function* each({ rows, described }: Objects): Generator<{
  name: string;
  namespace: string;
  row: TableRow | null;
  description: Description | null;
  source: string;
}> {
  for (const key of new Set([...rows.keys(), ...described.keys()])) {
    const cut = key.indexOf("/");
    const answer = described.get(key)?.answer ?? rows.get(key)?.answer;
    yield {
      namespace: key.slice(0, cut),
      name: key.slice(cut + 1),
      row: rows.get(key)?.row ?? null,
      description: described.get(key)?.description ?? null,
      source: answer?.source ?? "",
    };
  }
}
