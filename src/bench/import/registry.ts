import { aiopslab } from "./aiopslab.ts";
import { cloudopsbench } from "./cloudopsbench.ts";
import type { Importer } from "./importer.ts";
import { loghub } from "./loghub.ts";
import { nezha } from "./nezha.ts";
import { petshop } from "./petshop.ts";
import { rcaeval } from "./rcaeval.ts";

/** The public layouts that can be imported. */
export const IMPORTERS: readonly Importer[] = [nezha, cloudopsbench, rcaeval, petshop, loghub, aiopslab];
