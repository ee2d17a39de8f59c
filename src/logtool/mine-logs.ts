import { IncidentError } from "../domain/errors.ts";
import { type Mask, MAX_MASKS, parseMask } from "../logs/lines/line-masker.ts";
import { assignedLines, DEFAULT_SETTINGS, type MineSettings } from "../logs/templates/mine.ts";
import { type Parameter, readParameters } from "../logs/templates/parameters.ts";
import type { TemplateMiner } from "../logs/templates/template-miner.ts";
import { mineFiles, type MineOptions } from "./mine-files.ts";
import { readSnapshot, writeSnapshot } from "./miner-snapshot.ts";

/** One template as `logs mine --json` gives it. `aliases`: the other ids that its lines had when they came. */
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
 * What mining gave. `evicted`: templates that were given up for lack of room; their lines have the id -1. `assigned`: bytes of
 * `id<TAB>template` lines, or of `id<TAB>onlineId<TAB>template`, for the lines of these files.
 */
export type MinedFiles = {
  lines: number;
  templates: MinedTemplateRow[];
  evicted: number;
  cutLines: number;
  assigned: ((withOnline?: boolean) => Iterable<Uint8Array>) | null;
  /** Keeps what is known, for `from`. */
  save: (path: string) => Promise<void>;
};
export type MineLogOptions = Omit<MineOptions, "settings" | "before"> & {
  /** Not given: as in the state, else the usual. */
  settings?: Partial<MineSettings> | undefined;
  /** A state to go on from. */
  from?: string | null | undefined;
};

/** Adds a mask, `NAME=REGEX`. @throws {IncidentError} CONFIG naming the one that is none, or one too many. */
export function withMask(text: string, earlier: readonly Mask[] = []): Mask[] {
  if (earlier.length >= MAX_MASKS)
    throw new IncidentError("CONFIG", `the mask ${text} is one too many`, { hint: `There can be ${MAX_MASKS}.` });
  return [...earlier, parseMask(text)];
}

/** Templates of files. @throws {IncidentError} CONFIG for settings that are not those of the state. */
export async function mineLogFiles(
  paths: readonly string[],
  { settings: asked = {}, from = null, ...options }: MineLogOptions,
): Promise<MinedFiles> {
  const before = from === null ? null : await readSnapshot(from);
  const settings = { ...DEFAULT_SETTINGS, ...before?.settings, ...asked };
  if (before !== null && JSON.stringify(settings) !== JSON.stringify(before.settings)) {
    throw new IncidentError("CONFIG", `${from} was mined with other masks, or another way of folding`, {
      hint: "Leave out --mask and --no-fold: the state knows them.",
    });
  }
  const { templates, ids, cutLines } = await mineFiles(paths, {
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
  return templates.map(({ id, text, segments, samples, count, firstLine, lastLine }, index) => {
    const { parameters, typedText } = readParameters(segments, samples, maskNames);
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
