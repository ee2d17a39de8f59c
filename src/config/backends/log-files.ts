import { resolve } from "node:path";
import { z } from "zod";
import type { PageTemplates } from "../../connectors/link.ts";
import { isTimeZone, type LineReading } from "../../domain/line-facts.ts";
import { type Env, fromEnv, pathList } from "../env.ts";
import { PagesFile, readPages } from "./links.ts";
import { SourceName } from "./settings.ts";
import { Count } from "../numbers.ts";

const PLACEHOLDER = /\{(\w+)\}/g;
const KNOWN = ["service", "pod", "namespace", "container"];

/** A path with `{service}`, `{pod}`, `{namespace}`, `{container}`, `*` and `**`. */
const PathPattern = z
  .string()
  .min(1)
  .refine((pattern) => {
    const names = [...pattern.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
    return names.length > 0 && names.every((name, at) => KNOWN.includes(name) && names.indexOf(name) === at);
  }, "give a path with {service} or {pod} in it, such as /var/log/{service}.log; also {namespace}, {container}, * and **");
/** One item or a list of them. `array` alone, so that a wrong item gets its own message. */
const OneOrMore = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (typeof value === "string" ? [value] : value), z.array(item).min(1));

/** Log files of this machine. */
export const LogFilesFile = z.strictObject({
  kind: z.literal("files"),
  /** How reports name it; `files` unless given. */
  name: SourceName.optional(),
  /** Globs. */
  logs: OneOrMore(z.string().min(1)),
  /** Patterns of paths that name the service; without, its usual places are looked at. */
  service: OneOrMore(PathPattern).optional(),
  links: PagesFile.optional(),
  /** The field of JSON and logfmt lines that names the service. */
  field: z.string().min(1).max(200).optional(),
  /** IANA name of the zone of times that state none. */
  timezone: z.string().refine(isTimeZone, "the name of a time zone, such as Europe/Berlin").optional(),
  limits: z.strictObject({ files: Count.optional(), megabytes: Count.optional() }).optional(),
});
type LogFilesFile = z.infer<typeof LogFilesFile>;

/** `patterns`: absolute globs. `service`: patterns of paths with `{service}`; empty: the usual places. */
export type LogFilesConfig = {
  kind: "files";
  name: string;
  patterns: readonly string[];
  service: readonly string[];
  pages: PageTemplates;
  maxFiles: number;
  maxBytes: number;
  reading?: LineReading;
};

const MAX_FILES = 1_000;
const MAX_MEGABYTES = 1_024;

/**
 * `CAUSEWAY_LOG_FILES`: globs, separated by `:`. `CAUSEWAY_LOG_SERVICE`: one pattern. @throws {IncidentError} CONFIG
 */
export function logFilesFromEnv(env: Env): LogFilesFile | undefined {
  const logs = pathList(env.CAUSEWAY_LOG_FILES);
  if (logs === undefined || logs.length === 0) return undefined;
  const service = fromEnv(env, "CAUSEWAY_LOG_SERVICE", PathPattern);
  return { kind: "files", logs: [...logs], ...(service === undefined ? {} : { service: [service] }) };
}

export const readLogFiles = (file: LogFilesFile): LogFilesConfig => {
  const { name = "files", logs, service = [], field = null, timezone = null, links, limits = {} } = file;
  return {
    kind: "files",
    name,
    patterns: logs.map((pattern) => resolve(pattern)),
    service,
    pages: readPages(links),
    maxFiles: limits.files ?? MAX_FILES,
    maxBytes: (limits.megabytes ?? MAX_MEGABYTES) * 1024 * 1024,
    ...(timezone === null && field === null ? {} : { reading: { timeZone: timezone, serviceField: field } }),
  };
};
