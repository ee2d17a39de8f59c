import type { Importer } from "./importer.ts";
import { rcaeval } from "./rcaeval.ts";

/** The public layouts that can be imported. */
export const IMPORTERS: readonly Importer[] = [rcaeval];
