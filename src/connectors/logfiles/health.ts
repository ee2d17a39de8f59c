import type { SourceHealth } from "../../domain/ports.ts";
import { span } from "../../domain/phrasing.ts";
import { type FoundFiles, namedFiles } from "./find-files.ts";
import type { ProbedFile } from "./probe.ts";

/** Older lines are not those of a running system. */
const STALE_MS = 60 * 60_000;

type Probed = { probed: readonly ProbedFile[]; unread: FoundFiles["refused"] };

/** What the patterns match, and what is wrong with it. */
export function checkLogFiles(
  found: FoundFiles,
  { probed, unread }: Probed,
  patterns: readonly string[],
): SourceHealth {
  const refused = [...found.refused, ...unread];
  const newest = probed.at(-1);
  const times = probed.flatMap(({ file, ends }) => ends.last?.ms ?? (ends.first === null ? [] : file.mtimeMs));
  const newestMs = times.length === 0 ? null : Math.max(...times);
  const services = new Set(probed.flatMap(({ writer }) => writer.service ?? []));
  const unnamed = probed.filter(({ writer }) => writer.service === null);
  const undated = probed.filter(({ ends }) => ends.first === null && ends.last === null);
  const advice = [
    found.files.length + refused.length > 0 ? null : `No file matches ${patterns.join(", ")}.`,
    refused.length === 0 ? null : `Not readable: ${namedFiles(refused)}. Let the user that runs Causeway read them.`,
    undated.length === 0
      ? null
      : `${counted(undated.length, "file")} with no time in the lines, such as ${undated[0]?.file.path}.`,
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

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
