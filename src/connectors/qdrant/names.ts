import { createHash } from "node:crypto";
import { type EmbeddingModel, modelId } from "../../domain/memory.ts";

/** Separates prefix, model and number in collection names; no prefix contains it. */
const SEAM = "--";

/** The alias of the memory of one model. */
export function aliasOf(prefix: string, model: EmbeddingModel): string {
  const id = modelId(model);
  const readable = id.replaceAll(/[^A-Za-z0-9.]+/g, "-").slice(0, 80);
  return `${prefix}${SEAM}${readable}-${createHash("sha256").update(id).digest("hex").slice(0, 6)}`;
}

/** True for collections and aliases of the memory with that prefix. */
export const isOf = (prefix: string, name: string): boolean => name.startsWith(`${prefix}${SEAM}`);

/** A new collection name for `alias`. */
export function nextCollection(alias: string, taken: readonly string[]): string {
  const numbers = taken
    .filter((name) => name.startsWith(`${alias}${SEAM}`))
    .map((name) => Number(name.slice(alias.length + SEAM.length)));
  return `${alias}${SEAM}${Math.max(0, ...numbers.filter(Number.isInteger)) + 1}`;
}
