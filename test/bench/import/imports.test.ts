import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IncidentError } from "../../../src/domain/errors.ts";
import { analysed, importTree, openPool } from "./import-suite.ts";
import { type LayoutCase, writeTree } from "./trees/made-tree.ts";
import { tempDir } from "../../compose/recorded-suite.ts";
import { aiopslabCase } from "./trees/aiopslab.ts";
import { cloudopsbenchCase } from "./trees/cloudopsbench.ts";
import { itbenchCase } from "./trees/itbench.ts";
import { nezhaCase } from "./trees/nezha.ts";
import { openrcaCase } from "./trees/openrca.ts";
import { openrca2Case } from "./trees/openrca2.ts";
import { petshopCase } from "./trees/petshop.ts";
import { rcaevalCase } from "./trees/rcaeval.ts";
import { rootcauseV2Case } from "./trees/rootcause-v2.ts";

const LAYOUTS: LayoutCase[] = [
  nezhaCase,
  cloudopsbenchCase,
  rcaevalCase,
  openrcaCase,
  openrca2Case,
  itbenchCase,
  rootcauseV2Case,
  petshopCase,
  aiopslabCase,
];

let pool: ReturnType<typeof openPool>;
beforeAll(() => void (pool = openPool()));
afterAll(() => pool.close());

describe.each(LAYOUTS)("$kind", ({ kind, tree, truth, cause, found, registry, wrong }) => {
  it("becomes a suite that is analysed, with its answers and its provenance", async () => {
    const options = {
      entry: "gateway",
      registry: registry === undefined ? null : join(await tempDir(), "registry.json"),
    };
    if (options.registry !== null) await writeFile(options.registry, registry ?? "");
    const { to, provenance } = await importTree(kind, await writeTree(await tree()), { options });
    const { predictions, oracles, failed } = await analysed(pool, to);
    expect(failed).toEqual([]);
    expect(predictions).toHaveLength(provenance.cases);
    expect(oracles[0]).toMatchObject({ entities: [expect.arrayContaining(truth)], cause });
    const [first] = predictions[0]?.ranking ?? [];
    expect(found ?? [first?.entity]).toContain(first?.entity);
    expect(predictions[0]?.ranking.length).toBeGreaterThan(0);
    expect(provenance).toMatchObject({ kind, source: { licence: "none found", commit: null }, withoutAnswer: 0 });
    expect(provenance.inputs.files).toBeGreaterThan(0);
    expect(await readFile(join(to, "README.md"), "utf8")).toContain("none found");
  });

  it("refuses another tree, and says what was expected where", async () => {
    const from = await writeTree(wrong.change(await tree()));
    const refusal: unknown = await importTree(kind, from).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(IncidentError);
    const { message, hint, code } = refusal as IncidentError;
    expect(code).toBe("BAD_INPUT");
    expect(message).toMatch(wrong.refusal);
    expect(hint).toMatch(wrong.expected);
  });
});
