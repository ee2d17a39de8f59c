import { isFields, type JsonFields } from "../fields.ts";
import { yamlValues } from "../manifest.ts";

/** A longer item is no Kubernetes object, and would take long. */
const MAX_ITEM_LENGTH = 2 * 1024 * 1024;
/** YAML of one reading that is parsed, in characters. It takes a second for each million. */
const MAX_LENGTH = 12 * 1024 * 1024;

/** Counts the YAML of all files of one reading. `left`: characters that may still be parsed. */
export type YamlBudget = { left: number };
export const yamlBudget = (): YamlBudget => ({ left: MAX_LENGTH });

/** `skipped`: parts that are not valid. `unread`: parts beyond the budget. */
type YamlObjects = { objects: JsonFields[]; skipped: number; unread: number };

/**
 * The objects of a YAML text: of its documents, and of the lists in them. Each item of a list is parsed by itself, so a
 * text that is cut off loses its last item only.
 */
export function yamlObjects(text: string, budget: YamlBudget): YamlObjects {
  const result: YamlObjects = { objects: [], skipped: 0, unread: 0 };
  for (const document of withoutBookkeeping(text).split(/^---(?:\s.*)?$/m)) {
    if (document.trim() === "") continue;
    const { items, kind } = itemsOf(document);
    for (const part of items) {
      budget.left -= part.length;
      const parsed = budget.left < 0 ? null : parsedYaml(part, kind);
      if (budget.left < 0) result.unread += 1;
      else if (parsed === null) result.skipped += 1;
      else result.objects.push(...parsed);
    }
  }
  return result;
}

/** Keys whose values are long, and that no rule reads. */
const BOOKKEEPING = /^( +)(?:managedFields|openAPIV3Schema):[ ]*$/;

/** Leaves out what belongs to such keys: lines that are indented deeper, and the items of their list. */
function withoutBookkeeping(text: string): string {
  if (!/^ +(?:managedFields|openAPIV3Schema):/m.test(text)) return text;
  let within: number | null = null;
  return text
    .split("\n")
    .filter((line) => {
      if (within !== null) {
        const indent = line.search(/\S/);
        if (indent === -1 || indent > within || (indent === within && line[indent] === "-")) return false;
      }
      within = BOOKKEEPING.exec(line)?.[1]?.length ?? null;
      return within === null;
    })
    .join("\n");
}

/**
 * The items of a `List` as `kubectl` prints it, each as a text of its own, and their kind; else the document itself.
 */
function itemsOf(document: string): { items: string[]; kind: string | null } {
  const start = /^items:[ ]*\n(?=(?:  )?- )/m.exec(document);
  if (start === null) return { items: [document], kind: null };
  const rest = document.slice(start.index + start[0].length);
  const indent = /^ */.exec(rest)?.[0] ?? "";
  const isLess = indent === "" ? "" : ` {0,${indent.length - 1}}(?! )|`;
  const end = rest.search(new RegExp(`^(?:${isLess}${indent}(?![- ]))\\S`, "m"));
  const block = end === -1 ? rest : rest.slice(0, end);
  return {
    kind: /^kind: (\w+)List\s*$/m.exec(document)?.[1] ?? null,
    items: block
      .split(new RegExp(`^${indent}- `, "m"))
      .filter((item) => item.trim() !== "")
      .map((item) => `${indent}  ${item}`),
  };
}

/** Null if the text is not valid, also if it refers to what it does not hold, or to itself too often. */
function parsedYaml(text: string, kind: string | null): JsonFields[] | null {
  if (text.length > MAX_ITEM_LENGTH) return null;
  const values = yamlValues(text);
  if (values === null || !values.every(isFields)) return null;
  return values
    .map((value) => (value.kind === undefined && kind !== null ? { ...value, kind } : value))
    .filter((value) => value.kind !== undefined);
}
