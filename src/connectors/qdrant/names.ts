import { createHash } from "node:crypto";
import { type EmbeddingModel, modelId } from "../../domain/memory.ts";

/** Parts the prefix, the model and the running number in names of collections; no prefix holds it. */
const SEAM = "--";

/** The name that stands for the memory of one model, whichever collection holds it. */
export function aliasOf(prefix: string, model: EmbeddingModel): string {
  const id = modelId(model);
  const readable = id.replaceAll(/[^A-Za-z0-9.]+/g, "-").slice(0, 80);
  return `${prefix}${SEAM}${readable}-${createHash("sha256").update(id).digest("hex").slice(0, 6)}`;
}

/** Whether a collection or an alias belongs to the memory of that prefix. */
export const isOf = (prefix: string, name: string): boolean => name.startsWith(`${prefix}${SEAM}`);

/** A name for one more collection behind `alias`. */
export function nextCollection(alias: string, taken: readonly string[]): string {
  const numbers = taken
    .filter((name) => name.startsWith(`${alias}${SEAM}`))
    .map((name) => Number(name.slice(alias.length + SEAM.length)));
  return `${alias}${SEAM}${Math.max(0, ...numbers.filter(Number.isInteger)) + 1}`;
}
