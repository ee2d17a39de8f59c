import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { MineSettings } from "../logs/templates/mine.ts";
import { exportState, importState, type MinerState } from "../logs/templates/miner-state.ts";
import { MAX_CLUSTERS } from "../logs/templates/cluster-store.ts";
import type { TemplateMiner } from "../logs/templates/template-miner.ts";

/** Every snapshot names its format, so that an unknown one is refused before the rest is read. */
const FORMAT = "causeway.miner/2";
/** The file contains raw log lines. */
const OWNER_ONLY = 0o600;

const count = z.int().min(0);
const hash = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);
const Segment = z.object({ kind: z.enum(["word", "delimiter", "value"]), text: z.string(), gap: z.boolean() });
const LogCluster = z.object({
  id: count,
  count,
  firstLine: count,
  lastLine: count,
  coarseLow: hash,
  coarseHigh: hash,
  shape: hash,
  isPattern: z.boolean(),
  symbols: z.array(hash),
  segments: z.array(Segment),
  samples: z.array(z.string()),
});
const State = z
  .object({
    version: z.int(),
    lineCount: count,
    idCount: count,
    aliases: z.array(z.tuple([count, z.int().min(-1)])),
    clusters: z.array(LogCluster).max(MAX_CLUSTERS),
    losses: z.object({ condensed: count, evicted: count }),
    rounds: z.object({ untilCondensing: count, backOff: count }),
  })
  .refine(hasSoundIds, "its ids contradict each other");
const Snapshot = z.object({
  format: z.literal(FORMAT),
  settings: z.object({ fold: z.boolean(), masks: z.array(z.object({ name: z.string(), pattern: z.string() })) }),
  state: State,
});

const FORMAT_1 = "causeway.miner/1";
/** Format 1 called clusters `looks`, and segments `units`. */
const Snapshot1 = z
  .looseObject({
    format: z.literal(FORMAT_1),
    state: z.looseObject({ looks: z.array(z.looseObject({ units: z.unknown() })) }),
  })
  .transform(({ state: { looks, ...state }, ...snapshot }) => ({
    ...snapshot,
    format: FORMAT,
    state: { ...state, clusters: looks.map(({ units, ...cluster }) => ({ ...cluster, segments: units })) },
  }));

/** Brings a snapshot of an older format to the current one, and leaves anything else as it is. */
function migrated(value: unknown): unknown {
  const older = Snapshot1.safeParse(value);
  return older.success ? older.data : value;
}

/** Every id has a cluster, or was merged into a lower id, or was dropped (-1). */
function hasSoundIds({ idCount, aliases, clusters }: Pick<MinerState, "idCount" | "aliases" | "clusters">): boolean {
  const known = new Set([...clusters.map(({ id }) => id), ...aliases.map(([id]) => id)]);
  if (known.size !== idCount || clusters.length + aliases.length !== idCount) return false;
  return [...known].every((id) => id < idCount) && aliases.every(([id, to]) => to < id);
}

/** The state of a miner, and the settings it used. */
export type MinedBefore = { templates: TemplateMiner; settings: MineSettings };

/**
 * Writes what a miner knows, including raw lines of each template, completely or not at all.
 * @throws {IncidentError} CONFIG
 */
export async function writeSnapshot(path: string, { templates, settings }: MinedBefore): Promise<void> {
  const text = JSON.stringify({ format: FORMAT, settings, state: exportState(templates, { withSamples: true }) });
  try {
    await writeFile(`${path}.part`, text, { mode: OWNER_ONLY });
    await rename(`${path}.part`, path);
  } catch (cause) {
    throw new IncidentError("CONFIG", `cannot write the state to ${path}`, {
      hint: "Check that the folder exists, that you may write there, and that the disk has space.",
      cause,
    });
  }
}

/**
 * @throws {IncidentError} CONFIG if the file cannot be read; BAD_INPUT if it is not a snapshot, is damaged, or has an
 *   unknown format.
 */
export async function readSnapshot(path: string): Promise<MinedBefore> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new IncidentError("CONFIG", `cannot read ${path}`, {
      hint: "Check the path and the permissions of the file.",
      cause,
    });
  });
  const value = parse(text, path);
  const parsed = Snapshot.safeParse(migrated(value));
  if (parsed.success) return { settings: parsed.data.settings, templates: importState(parsed.data.state) };
  const format = z.object({ format: z.string().regex(/^causeway\.miner\/\d+$/) }).safeParse(value);
  if (format.success && format.data.format !== FORMAT && format.data.format !== FORMAT_1) {
    throw new IncidentError(
      "BAD_INPUT",
      `${path} has the format ${format.data.format}, but this program reads ${FORMAT}`,
      { hint: "Use the version of causeway that wrote the file, or mine the logs again." },
    );
  }
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  throw new IncidentError(
    "BAD_INPUT",
    `${path} is not a valid miner state: ${issue?.message ?? "unreadable"}${where}`,
    {
      hint: "Mine the logs again with `causeway logs mine --save-state`.",
      cause: parsed.error,
    },
  );
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", `${path} is not a miner state, or was cut off: it is not JSON`, {
      hint: "Mine the logs again with `causeway logs mine --save-state`.",
      cause,
    });
  }
}
