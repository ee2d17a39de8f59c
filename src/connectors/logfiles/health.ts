import type { SourceHealth } from "../../domain/ports.ts";
import { span } from "../../domain/phrasing.ts";
import { type FoundFiles, namedFiles } from "./find-files.ts";
import { type FileAhead, misdated, type ProbedFile } from "./probe.ts";

/** Older lines are not those of a running system. */
const STALE_MS = 60 * 60_000;

type Probed = { probed: readonly ProbedFile[]; unread: FoundFiles["refused"]; ahead: readonly FileAhead[] };

/** What the patterns match, and what is wrong with it. */
export function checkLogFiles(
  found: FoundFiles,
  { probed, unread, ahead }: Probed,
  { patterns, timeZone }: { patterns: readonly string[]; timeZone: string },
): SourceHealth {
  const refused = [...found.refused, ...unread];
  const newest = probed.at(-1);
  const times = probed.flatMap(({ file, ends }) => ends.last?.ms ?? (ends.first === null ? [] : file.mtimeMs));
  const newestMs = times.length === 0 ? null : Math.max(...times);
  const services = new Set(probed.flatMap(({ writer, ends }) => writer.service ?? [...ends.services]));
  const unnamed = probed.filter(
    ({ writer, ends }) => (writer.service ?? writer.otherwise ?? null) === null && ends.services.size === 0,
  );
  const shifted = shiftedFile(probed);
  const [early] = shifted === null ? ahead : [];
  const undated = probed.filter(({ ends }) => ends.first === null && ends.last === null);
  const advice = [
    found.files.length + refused.length > 0 ? null : `No file matches ${patterns.join(", ")}.`,
    refused.length === 0 ? null : `Not readable: ${namedFiles(refused)}. Let the user that runs Causeway read them.`,
    undated.length === 0
      ? null
      : `${counted(undated.length, "file")} with no time in the lines, such as ${undated[0]?.file.path}.`,
    shifted === null
      ? null
      : `Lines of ${shifted.path} state no time zone and were read as ${timeZone}, but the file was written ` +
        `${span(Math.abs(shifted.byMs))} ${shifted.byMs > 0 ? "after" : "before"} its newest line. Set timezone of this source.`,
    early === undefined ? null : `${early.path}: ${misdated(early.byMs)}.`,
    unnamed.length === 0
      ? null
      : `${counted(unnamed.length, "path")} without a service, such as ${unnamed[0]?.file.path}. Set service of this source.`,
    newestMs === null || Date.now() - newestMs <= STALE_MS
      ? null
      : `The newest line is ${span(Date.now() - newestMs)} old. Do the programs write elsewhere, or in another time zone?`,
  ].filter((text) => text !== null);
  return {
    hasData: newest !== undefined,
    sample:
      newest === undefined
        ? null
        : `${counted(probed.length, "file")} of ${counted(services.size, "service")}, such as ${newest.file.path}`,
    newestMs,
    clockSkewMs: null,
    tenant: null,
    advice,
  };
}

/** Time zones differ by half hours, mostly. */
const ZONE_STEP_MS = 30 * 60_000;
/** The last line is written this shortly before the file is. */
const NEAR_MS = 2 * 60_000;

/**
 * A file without zones that was written a number of half hours away from the time of its last line; null if none was.
 */
function shiftedFile(probed: readonly ProbedFile[]): { path: string; byMs: number } | null {
  for (const { file, ends } of probed.toReversed()) {
    if (ends.last === null || ends.last.hasZone || file.coding !== "plain") continue;
    const byMs = file.mtimeMs - ends.last.ms;
    const steps = Math.round(byMs / ZONE_STEP_MS);
    if (steps !== 0 && Math.abs(steps) <= 28 && Math.abs(byMs - steps * ZONE_STEP_MS) < NEAR_MS)
      return { path: file.path, byMs: steps * ZONE_STEP_MS };
  }
  return null;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
