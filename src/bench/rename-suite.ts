import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { ClusterAnswer } from "../domain/telemetry.ts";
import { namesIn, renamer } from "./rename-cluster.ts";

const TOOL_CACHE = "tool_cache.json.gz";
const Cache = z.record(z.string(), z.string());
const Scenario = z.looseObject({
  namespace: z.string().optional(),
  answer: z.looseObject({ entities: z.array(z.string()).catch([]) }).optional(),
});

/**
 * Writes a copy of a suite of cluster snapshots in which all names of objects are replaced, in cases and answers alike.
 *
 * @returns the number of cases, and of names replaced in them.
 * @throws {IncidentError} NOT_FOUND when the suite has no case with recorded answers of a cluster.
 */
export async function renameSuite(suite: string, out: string, seed: number): Promise<{ cases: number; names: number }> {
  const ids = await readdir(join(suite, "cases")).catch(() => []);
  let [cases, replaced] = [0, 0];
  for (const id of ids) {
    const from = join(suite, "cases", id);
    const files = await readdir(from);
    if (!files.includes(TOOL_CACHE)) continue;
    const cache = Cache.parse(JSON.parse(gunzipSync(await readFile(join(from, TOOL_CACHE))).toString("utf8")));
    const scenarioText = await readFile(join(from, "scenario.json"), "utf8");
    const scenario = Scenario.parse(JSON.parse(scenarioText));
    const names = namesIn(Object.entries(cache).flatMap(answerOf), [
      ...(scenario.answer?.entities ?? []),
      scenario.namespace ?? "",
    ]);
    const rename = renamer(names, seed);
    const renamedCache = Object.entries(cache).map(([key, text]) => [rename(key), rename(text)]);
    const to = join(out, "cases", id);
    await mkdir(to, { recursive: true });
    await writeFile(join(to, TOOL_CACHE), gzipSync(JSON.stringify(Object.fromEntries(renamedCache))));
    const { answer, namespace, ...rest } = scenario;
    const renamed = {
      ...rest,
      ...(namespace === undefined ? {} : { namespace: rename(namespace) }),
      ...(answer === undefined ? {} : { answer: { ...answer, entities: answer.entities.map(rename) } }),
    };
    await writeFile(join(to, "scenario.json"), JSON.stringify(renamed));
    await renameOracle(suite, out, id, rename);
    cases += 1;
    replaced += names.length;
  }
  if (cases > 0) return { cases, names: replaced };
  throw new IncidentError("NOT_FOUND", `${suite} contains no case with ${TOOL_CACHE}`, {
    hint: "Give a suite of cluster snapshots: cases/<id>/scenario.json beside tool_cache.json.gz.",
  });
}

/** `Tool:{json args}` with its answer. */
function answerOf([key, text]: [string, string]): ClusterAnswer[] {
  const cut = key.indexOf(":");
  const args = z.record(z.string(), z.unknown()).safeParse(JSON.parse(key.slice(cut + 1)));
  return args.success ? [{ tool: key.slice(0, cut), args: args.data, text }] : [];
}

async function renameOracle(suite: string, out: string, id: string, rename: (text: string) => string): Promise<void> {
  const text = await readFile(join(suite, "oracles", `${id}.json`), "utf8").catch(() => null);
  if (text === null) return;
  const oracle = z.looseObject({ entities: z.array(z.array(z.string())).catch([]) }).parse(JSON.parse(text));
  await mkdir(join(out, "oracles"), { recursive: true });
  const renamed = { ...oracle, entities: oracle.entities.map((accepted) => accepted.map(rename)) };
  await writeFile(join(out, "oracles", `${id}.json`), JSON.stringify(renamed));
}
