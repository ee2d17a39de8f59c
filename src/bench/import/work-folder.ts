import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import type { InputHash } from "./inputs.ts";
import type { ImportNote } from "./notes.ts";

/** What one finished unit was. */
export type UnitRecord = {
  name: string;
  cases: string[];
  /** Cases without an answer. */
  unanswered: string[];
  shared: string[];
  counts: Record<string, number>;
  notes: ImportNote[];
  inputs: InputHash[];
};

/** The suite while it is made: `<target>.importing`. Finished units survive a crash. */
export type WorkFolder = {
  dir: string;
  finished(unit: string): Promise<UnitRecord | null>;
  /** An empty folder for the parts of a unit. */
  begin(unit: string): Promise<string>;
  /** Moves the parts of a unit into the suite. */
  commit(unit: string, record: UnitRecord): Promise<void>;
  records(): Promise<UnitRecord[]>;
  /** Puts the suite in its place. */
  publish(): Promise<void>;
};

const STATE = "state.json";
/** What every imported suite holds. A folder without it is not ours to remove. */
const PROVENANCE = "provenance.json";
const RECORDS = "units";
const BUILDING = "building";
const PARTS = ["cases", "oracles", "shared", "sets"];

const keyOf = (unit: string): string => createHash("sha256").update(unit).digest("hex").slice(0, 24);
const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;
const isEmptyOrAbsent = async (dir: string): Promise<boolean> => (await readdir(dir).catch(() => [])).length === 0;

/**
 * Opens the work folder of a target. What an earlier import left there is kept if `state` is the same, otherwise
 * removed.
 *
 * @throws {IncidentError} REJECTED when the target has something in it and `force` is false, or when it is no suite; when
 *   target and source lie in each other.
 */
export async function openWorkFolder(
  target: string,
  source: string,
  state: object,
  force: boolean,
): Promise<WorkFolder> {
  const to = resolve(target);
  const [realTo, realSource] = await Promise.all([realPath(to), realPath(source)]);
  if (isWithin(realTo, realSource))
    throw new IncidentError("REJECTED", `${target} lies in the source`, { hint: "Name a folder outside of it." });
  if (isWithin(realSource, realTo))
    throw new IncidentError("REJECTED", `the source lies in ${target}, which would be replaced`, {
      hint: "Name a folder beside the source.",
    });
  await takeBack(to);
  if ((await stat(to).catch(() => null))?.isFile() === true)
    throw new IncidentError("REJECTED", `${target} is a file`, { hint: "Name a new folder for the suite." });
  if (!force && !(await isEmptyOrAbsent(to)))
    throw new IncidentError("REJECTED", `${target} is not empty`, {
      hint: "Name a new folder, or replace this one with --force.",
    });
  if (await exists(replacedBy(to))) throw notOurs(replacedBy(to));
  if (!(await isEmptyOrAbsent(to)) && !(await exists(join(to, PROVENANCE)))) throw notOurs(target);
  const dir = `${to}.importing`;
  const written = `${JSON.stringify(state, null, 2)}\n`;
  const before = await readFile(join(dir, STATE), "utf8").catch(() => null);
  if (before !== written) {
    if (before === null && !(await isEmptyOrAbsent(dir)) && !(await isHalfMade(dir))) throw notOurs(dir);
    await rm(dir, { recursive: true, force: true });
    await mkdir(join(dir, RECORDS), { recursive: true });
    await writeFile(join(dir, STATE), written);
  }
  return workIn(dir, to);
}

/** Also for folders that do not exist yet. */
const realPath = async (path: string): Promise<string> =>
  realpath(path).catch(async () =>
    dirname(path) === path ? path : join(await realPath(dirname(path)), basename(path)),
  );

const isWithin = (path: string, dir: string): boolean => {
  const way = relative(dir, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
};

/** An import ended while it opened or published its folder. */
const isHalfMade = async (dir: string): Promise<boolean> =>
  (await readdir(dir)).every((name) => [RECORDS, BUILDING, ...PARTS, PROVENANCE, "README.md"].includes(name));

const notOurs = (dir: string): IncidentError =>
  new IncidentError("REJECTED", `${dir} is not a suite that causeway bench import made, so it is not replaced`, {
    hint: "Name a new folder for the suite, or remove this one yourself.",
  });

const replacedBy = (to: string): string => `${to}.replaced`;

/** A crash between the two moves of `publish` leaves the old suite under its other name. */
async function takeBack(to: string): Promise<void> {
  if (!(await exists(join(replacedBy(to), PROVENANCE)))) return;
  if ((await exists(replacedBy(to))) && !(await exists(to))) await rename(replacedBy(to), to);
  await rm(replacedBy(to), { recursive: true, force: true });
}

async function readRecord(path: string): Promise<UnitRecord | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  try {
    return text === null ? null : (JSON.parse(text) as UnitRecord);
  } catch {
    return null; // cut off when the machine stopped: the unit is written again
  }
}

function workIn(dir: string, to: string): WorkFolder {
  const recordPath = (unit: string): string => join(dir, RECORDS, `${keyOf(unit)}.json`);
  const building = (unit: string): string => join(dir, BUILDING, keyOf(unit));
  return {
    dir,
    finished: (unit) => readRecord(recordPath(unit)),
    async begin(unit) {
      await rm(building(unit), { recursive: true, force: true });
      await mkdir(building(unit), { recursive: true });
      return building(unit);
    },
    async commit(unit, record) {
      for (const part of PARTS)
        for (const name of await readdir(join(building(unit), part)).catch(() => [])) {
          const place = join(dir, part, name);
          await mkdir(dirname(place), { recursive: true });
          await rm(place, { recursive: true, force: true });
          await rename(join(building(unit), part, name), place);
        }
      // the record says that the unit is complete, so it comes last, and whole
      await writeFile(`${recordPath(unit)}.tmp`, JSON.stringify(record));
      await rename(`${recordPath(unit)}.tmp`, recordPath(unit));
      await rm(building(unit), { recursive: true, force: true });
    },
    async records() {
      const names = (await readdir(join(dir, RECORDS))).filter((name) => name.endsWith(".json"));
      const found = await Promise.all(names.map((name) => readRecord(join(dir, RECORDS, name))));
      return found.filter((record) => record !== null).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
    async publish() {
      for (const name of [BUILDING, RECORDS, STATE]) await rm(join(dir, name), { recursive: true, force: true });
      if (await exists(to)) await rename(to, replacedBy(to));
      else await mkdir(dirname(to), { recursive: true });
      await rename(dir, to);
      await rm(replacedBy(to), { recursive: true, force: true });
    },
  };
}
