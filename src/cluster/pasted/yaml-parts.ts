import { isFields, type JsonFields } from "../fields.ts";
import { yamlValues } from "../manifest.ts";

/** A longer item is no Kubernetes object, and would take long. */
const MAX_ITEM_LENGTH = 2 * 1024 * 1024;

/**
 * The objects of a YAML text: of its documents, and of the lists in them. Each item of a list is parsed by itself, so a
 * text that is cut off loses its last item only. `skipped`: parts that are not valid.
 */
export function yamlObjects(text: string): { objects: JsonFields[]; skipped: number } {
  const objects: JsonFields[] = [];
  let skipped = 0;
  for (const document of text.split(/^---(?:\s.*)?$/m)) {
    if (document.trim() === "") continue;
    for (const part of itemsOf(document)) {
      const parsed = parsedYaml(part);
      if (parsed === null) skipped += 1;
      else objects.push(...parsed);
    }
  }
  return { objects, skipped };
}

/** The items of a `List` as `kubectl` prints it, each as a text of its own; else the document itself. */
function itemsOf(document: string): string[] {
  const start = /^items:[ ]*\n(?=(?:  )?- )/m.exec(document);
  if (start === null) return [document];
  const rest = document.slice(start.index + start[0].length);
  const indent = /^ */.exec(rest)?.[0] ?? "";
  const end = rest.search(new RegExp(`^${indent}(?![- ])\\S`, "m"));
  const block = end === -1 ? rest : rest.slice(0, end);
  return block
    .split(new RegExp(`^${indent}- `, "m"))
    .filter((item) => item.trim() !== "")
    .map((item) => `${indent}  ${item}`);
}

/** Null if the text is not valid, also if it refers to what it does not hold, or to itself too often. */
function parsedYaml(text: string): JsonFields[] | null {
  if (text.length > MAX_ITEM_LENGTH) return null;
  const values = yamlValues(text);
  return values !== null && values.every(isFields) ? values.filter((value) => value.kind !== undefined) : null;
}
