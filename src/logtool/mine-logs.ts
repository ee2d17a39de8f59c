import { IncidentError } from "../domain/errors.ts";
import { type Mask, MAX_MASKS, parseMask } from "../logs/lines/line-masker.ts";
import { assignedLines, DEFAULT_SETTINGS, type MineSettings } from "../logs/templates/mine.ts";
import { type Parameter, readParameters } from "../logs/templates/parameters.ts";
import type { TemplateMiner } from "../logs/templates/template-miner.ts";
import { mineFiles, type MineOptions, type MinePorts } from "./mine-files.ts";
import { readSnapshot, writeSnapshot } from "./miner-snapshot.ts";

/** One template, in the form of `logs mine --json`. `aliases`: other ids that its lines had at first. */
export type MinedTemplateRow = {
  id: number;
  aliases: number[];
  template: string;
  typed: string;
  count: number;
  firstLine: number;
  lastLine: number;
  parameters: Parameter[];
};
/**
 * The result of mining. `evicted`: number of templates dropped because of the limit; their lines have the id -1.
 * `assigned`: for the lines of these files, bytes of `id<TAB>template` lines, or of `id<TAB>onlineId<TAB>template`.
 */
export type MinedFiles = {
  lines: number;
  templates: MinedTemplateRow[];
  evicted: number;
  cutLines: number;
  assigned: ((withOnline?: boolean) => Iterable<Uint8Array>) | null;
  /** Saves the state, for `from`. */
  save: (path: string) => Promise<void>;
};
export type MineLogOptions = Omit<MineOptions, "settings" | "before"> & {
  /** Default: the settings of the state, or else the usual ones. */
  settings?: Partial<MineSettings> | undefined;
  /** A state to continue from. */
  from?: string | null | undefined;
};

/** Adds a mask, `NAME=REGEX`. @throws {IncidentError} CONFIG for an invalid mask, or one beyond the limit. */
export function withMask(text: string, earlier: readonly Mask[] = []): Mask[] {
  if (earlier.length >= MAX_MASKS)
    throw new IncidentError("CONFIG", `too many masks: ${text} exceeds the limit`, {
      hint: `Give at most ${MAX_MASKS} masks.`,
    });
  return [...earlier, parseMask(text)];
}

/** Mines the templates of files. @throws {IncidentError} CONFIG for settings that differ from those of the state. */
export async function mineLogFiles(
  ports: MinePorts,
  paths: readonly string[],
  { settings: requested = {}, from = null, ...options }: MineLogOptions,
): Promise<MinedFiles> {
  const before = from === null ? null : await readSnapshot(from);
  const settings = { ...DEFAULT_SETTINGS, ...before?.settings, ...requested };
  if (before !== null && JSON.stringify(settings) !== JSON.stringify(before.settings)) {
    throw new IncidentError("CONFIG", `${from} was mined with other masks, or with another setting of --no-fold`, {
      hint: "Omit --mask and --no-fold. The state contains these settings.",
    });
  }
  const { templates, ids, cutLines } = await mineFiles(ports, paths, {
    ...options,
    settings,
    ...(before === null ? {} : { before: before.templates }),
  });
  return {
    lines: templates.lineCount,
    get templates() {
      return rowsOf(
        templates,
        settings.masks.map(({ name }) => name),
      );
    },
    evicted: templates.store.losses.evicted,
    cutLines,
    assigned: options.assign ? (withOnline) => assignedLines(templates, ids, withOnline) : null,
    save: (path) => writeSnapshot(path, { templates, settings }),
  };
}

function rowsOf(miner: TemplateMiner, maskNames: readonly string[]): MinedTemplateRow[] {
  const { templates, finalOf } = miner.resolve();
  const aliases = templates.map((): number[] => []);
  for (let id = 0; id < miner.store.idCount; id += 1) {
    const index = finalOf(id);
    if (index !== -1 && templates[index]?.id !== id) aliases[index]?.push(id);
  }
  return templates.map(({ id, text, cells, isChunked, samples, count, firstLine, lastLine }, index) => {
    const { parameters, typedText } = readParameters({ cells, isChunked, samples }, maskNames);
    return {
      id,
      aliases: aliases[index] ?? [],
      template: text,
      typed: typedText,
      count,
      firstLine,
      lastLine,
      parameters,
    };
  });
}
