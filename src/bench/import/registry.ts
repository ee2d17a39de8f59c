import { aiopslab } from "./aiopslab.ts";
import { cloudopsbench } from "./cloudopsbench.ts";
import type { Importer } from "./importer.ts";
import { itbench } from "./itbench.ts";
import { loghub } from "./loghub.ts";
import { nezha } from "./nezha.ts";
import { openrca } from "./openrca.ts";
import { openrca2 } from "./openrca2.ts";
import { petshop } from "./petshop.ts";
import { rcaeval } from "./rcaeval.ts";
import { rootcauseV2 } from "./rootcause-v2.ts";

/** The public layouts that can be imported. */
export const IMPORTERS: readonly Importer[] = [
  nezha,
  cloudopsbench,
  rcaeval,
  openrca,
  openrca2,
  itbench,
  rootcauseV2,
  petshop,
  loghub,
  aiopslab,
];
