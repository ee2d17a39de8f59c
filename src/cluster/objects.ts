import { isTool, type ToolAnswer } from "./answers.ts";
import { type Description, parseDescription } from "./describe.ts";
import { parseTable, type TableRow } from "./table.ts";

/** A row of a `kubectl get` table with where it stood. */
export type Listed = { row: TableRow; told: ToolAnswer };
export type Described = { description: Description; told: ToolAnswer };

/** Rows of all tables of a type, and what was described, by `namespace/name`; the fullest tables are laid over one another. */
export type Objects = { rows: ReadonlyMap<string, Listed>; described: ReadonlyMap<string, Described> };

/** Gathers what was listed and described of one type. */
export function objectsOf(told: readonly ToolAnswer[], type: string): Objects {
  const rows = new Map<string, Listed>();
  const described = new Map<string, Described>();
  for (const one of told) {
    if (one.type !== type) continue;
    if (isTool(one, "describe")) {
      const description = parseDescription(one.text, `${type.slice(0, -1)}/${one.name}`);
      // "Error from server (NotFound)" describes nothing
      if (description.fields.has("Name")) described.set(`${one.namespace}/${one.name}`, { description, told: one });
    } else if (isTool(one, "resource")) {
      for (const row of parseTable(one.text)) {
        const key = `${row.NAMESPACE ?? one.namespace}/${row.NAME}`;
        const known = rows.get(key);
        rows.set(key, { row: { ...row, ...known?.row }, told: known?.told ?? one });
      }
    }
  }
  return { rows, described };
}

/** Every object that was listed or described, with both. */
export function* each({ rows, described }: Objects): Generator<{
  name: string;
  namespace: string;
  row: TableRow | null;
  description: Description | null;
  source: string;
}> {
  for (const key of new Set([...rows.keys(), ...described.keys()])) {
    const cut = key.indexOf("/");
    const told = described.get(key)?.told ?? rows.get(key)?.told;
    yield {
      namespace: key.slice(0, cut),
      name: key.slice(cut + 1),
      row: rows.get(key)?.row ?? null,
      description: described.get(key)?.description ?? null,
      source: told?.source ?? "",
    };
  }
}
