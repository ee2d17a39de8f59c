import { isTool, type ToolAnswer } from "./answers.ts";
import { type Description, parseDescription } from "./describe.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { parseTable, type TableRow } from "./table.ts";

/** A row of a `kubectl get` table, with the answer that held it. */
export type Listed = { row: TableRow; answer: ToolAnswer };
export type Described = { description: Description; answer: ToolAnswer };

/**
 * All rows, descriptions and API objects of one type, by `namespace/name`. Rows of several tables are merged; the first
 * value of a column wins. Of several API objects, the last one wins: it was read last.
 */
export type Objects = {
  rows: ReadonlyMap<string, Listed>;
  described: ReadonlyMap<string, Described>;
  read: ReadonlyMap<string, KubernetesObject>;
};

/** `kubectl describe` of several objects prints one after another. */
const NEXT_OBJECT = /\n(?=Name:\s)/;

/** Collects the rows, descriptions and API objects of one type. */
export function objectsOf(
  answers: readonly ToolAnswer[],
  type: string,
  apiObjects: readonly KubernetesObject[] = [],
): Objects {
  const rows = new Map<string, Listed>();
  const described = new Map<string, Described>();
  for (const one of answers) {
    if (one.type !== type) continue;
    if (isTool(one, "describe")) {
      for (const text of one.text.split(NEXT_OBJECT)) {
        const named = /^Name:\s+(\S+)/m.exec(text)?.[1];
        if (named === undefined) continue; // "Error from server (NotFound)" describes no object
        const name = one.name === "" ? named : one.name;
        const description = parseDescription(text, `${type.slice(0, -1)}/${name}`, one.namespace);
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
  const read = new Map(
    apiObjects.filter((one) => one.type === type).map((one) => [`${one.namespace}/${one.name}`, one]),
  );
  return { rows, described, read };
}

/** One object, in each form that it was read in. */
export type AnyForm = {
  name: string;
  namespace: string;
  row: TableRow | null;
  description: Description | null;
  object: KubernetesObject | null;
  source: string;
};

/** Yields each object with its row, its description and its API object, where it has them. */
export function* each({ rows, described, read }: Objects): Generator<AnyForm> {
  for (const key of new Set([...rows.keys(), ...described.keys(), ...read.keys()])) {
    const cut = key.indexOf("/");
    const answer = described.get(key)?.answer ?? rows.get(key)?.answer;
    const object = read.get(key) ?? null;
    yield {
      namespace: key.slice(0, cut),
      name: key.slice(cut + 1),
      row: rows.get(key)?.row ?? null,
      description: described.get(key)?.description ?? null,
      object,
      source: object?.source ?? answer?.source ?? "",
    };
  }
}
