import { cp, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CASES = join(import.meta.dirname, "../../fixtures/cases");

/** The committed recordings over and over, each under an id of its own. @returns the data folder, and the ids. */
export async function manyRecordings(count: number): Promise<{ dir: string; ids: string[] }> {
  const dir = await mkdtemp(join(tmpdir(), "causeway-recordings-"));
  const known = (await readdir(CASES)).toSorted();
  const ids = Array.from({ length: count }, (_, i) => `recording-${String(i).padStart(3, "0")}`);
  for (const [i, id] of ids.entries()) {
    const source = known[i % known.length] ?? "";
    await cp(join(CASES, source), join(dir, id), { recursive: true });
    const path = join(dir, id, "scenario.json");
    await writeFile(path, JSON.stringify({ ...(JSON.parse(await readFile(path, "utf8")) as object), id }));
  }
  return { dir, ids };
}
