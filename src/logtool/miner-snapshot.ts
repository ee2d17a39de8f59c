import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { MineSettings } from "../logs/templates/mine.ts";
import { exportState, importState, type MinerState } from "../logs/templates/miner-state.ts";
import { MAX_CLUSTERS } from "../logs/templates/cluster-store.ts";
import type { TemplateMiner } from "../logs/templates/template-miner.ts";

/** `/2` will be another format: a file says which it is before anything else is read from it. */
const FORMAT = "causeway.miner/1";
/** It holds raw lines. */
const OWNER_ONLY = 0o600;

const count = z.int().min(0);
const hash = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);
const Unit = z.object({ kind: z.enum(["word", "delimiter", "value"]), text: z.string(), gap: z.boolean() });
const Look = z.object({
  id: count,
  count,
  firstLine: count,
  lastLine: count,
  coarseLow: hash,
  coarseHigh: hash,
  shape: hash,
  isPattern: z.boolean(),
  symbols: z.array(hash),
  units: z.array(Unit),
  samples: z.array(z.string()),
});
const State = z
  .object({
    version: z.int(),
    lineCount: count,
    idCount: count,
    aliases: z.array(z.tuple([count, z.int().min(-1)])),
    looks: z.array(Look).max(MAX_CLUSTERS),
    losses: z.object({ condensed: count, evicted: count }),
    rounds: z.object({ untilCondensing: count, backOff: count }),
  })
  .refine(hasSoundIds, "its ids contradict one another");
const Snapshot = z.object({
  format: z.literal(FORMAT),
  settings: z.object({ fold: z.boolean(), masks: z.array(z.object({ name: z.string(), pattern: z.string() })) }),
  state: State,
});

/** Every id lives, or lives on under a lower one, or is given up (-1). */
function hasSoundIds({ idCount, aliases, looks }: Pick<MinerState, "idCount" | "aliases" | "looks">): boolean {
  const known = new Set([...looks.map(({ id }) => id), ...aliases.map(([id]) => id)]);
  if (known.size !== idCount || looks.length + aliases.length !== idCount) return false;
  return [...known].every((id) => id < idCount) && aliases.every(([id, to]) => to < id);
}

/** Where a miner stood, and with what settings. */
export type MinedBefore = { templates: TemplateMiner; settings: MineSettings };

/** Writes what a miner knows, raw lines of each template included, whole or not at all. @throws {IncidentError} CONFIG */
export async function writeSnapshot(path: string, { templates, settings }: MinedBefore): Promise<void> {
  const text = JSON.stringify({ format: FORMAT, settings, state: exportState(templates, { withSamples: true }) });
  try {
    await writeFile(`${path}.part`, text, { mode: OWNER_ONLY });
    await rename(`${path}.part`, path);
  } catch (cause) {
    throw new IncidentError("CONFIG", `the state cannot be written to ${path}`, {
      hint: "Is there such a folder, room on the disk, and may you write there?",
      cause,
    });
  }
}

/** @throws {IncidentError} CONFIG where it cannot be read; BAD_INPUT where it is no snapshot, a damaged one, or one of a newer program. */
export async function readSnapshot(path: string): Promise<MinedBefore> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new IncidentError("CONFIG", `${path} cannot be read`, {
      hint: "Is the path right, and may you read it?",
      cause,
    });
  });
  const value = parse(text, path);
  const parsed = Snapshot.safeParse(value);
  if (parsed.success) return { settings: parsed.data.settings, templates: importState(parsed.data.state) };
  const format = z.object({ format: z.string().regex(/^causeway\.miner\/\d+$/) }).safeParse(value);
  if (format.success && format.data.format !== FORMAT) {
    throw new IncidentError(
      "BAD_INPUT",
      `${path} is of the format ${format.data.format}; this program reads ${FORMAT}`,
      { hint: "Use the program that wrote it, or mine again." },
    );
  }
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  throw new IncidentError("BAD_INPUT", `${path} is no sound miner state: ${issue?.message ?? "unreadable"}${where}`, {
    hint: "`causeway logs mine --save-state` writes one: mine again.",
    cause: parsed.error,
  });
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", `${path} is no miner state, or was cut off: it is not JSON`, {
      hint: "`causeway logs mine --save-state` writes one: mine again.",
      cause,
    });
  }
}
