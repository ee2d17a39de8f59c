import { resolve } from "node:path";
import { z } from "zod";
import { type Env, fromEnv, pathList } from "../env.ts";

const Count = z.coerce.number().int().positive();
const PLACEHOLDER = /\{(\w+)\}/g;
const KNOWN = ["service", "pod", "namespace", "container"];

/** A path with `{service}`, `{pod}`, `{namespace}`, `{container}`, `*` and `**`. */
const PathPattern = z
  .string()
  .min(1)
  .refine((pattern) => {
    const names = [...pattern.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
    return names.length > 0 && names.every((name, at) => KNOWN.includes(name) && names.indexOf(name) === at);
  }, "a path with {service} or {pod} in it, each once; also {namespace}, {container}, * and **");
const OneOrMore = <T extends z.ZodType>(item: T) => z.union([item.transform((one) => [one]), z.array(item).min(1)]);

/** Log files of this machine. */
export const LogFilesFile = z.strictObject({
  kind: z.literal("files"),
  /** How reports name it; `files` unless given. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, dots, dashes and underscores")
    .optional(),
  /** Globs. */
  logs: OneOrMore(z.string().min(1)),
  /** Patterns of paths that name the service; without, its usual places are looked at. */
  service: OneOrMore(PathPattern).optional(),
  limits: z.strictObject({ files: Count.optional(), megabytes: Count.optional() }).optional(),
});
type LogFilesFile = z.infer<typeof LogFilesFile>;

/** `patterns`: absolute globs. `service`: patterns of paths with `{service}`; empty: the usual places. */
export type LogFilesConfig = {
  kind: "files";
  name: string;
  patterns: readonly string[];
  service: readonly string[];
  maxFiles: number;
  maxBytes: number;
};

const MAX_FILES = 1_000;
const MAX_MEGABYTES = 1_024;

/** `CAUSEWAY_LOG_FILES`: globs, separated by `:`. `CAUSEWAY_LOG_SERVICE`: one pattern. @throws {IncidentError} CONFIG */
export function logFilesFromEnv(env: Env): LogFilesFile | undefined {
  const logs = pathList(env.CAUSEWAY_LOG_FILES);
  if (logs === undefined || logs.length === 0) return undefined;
  const service = fromEnv(env, "CAUSEWAY_LOG_SERVICE", PathPattern);
  return { kind: "files", logs: [...logs], ...(service === undefined ? {} : { service: [service] }) };
}

export const readLogFiles = ({ name = "files", logs, service = [], limits = {} }: LogFilesFile): LogFilesConfig => ({
  kind: "files",
  name,
  patterns: logs.map((pattern) => resolve(pattern)),
  service,
  maxFiles: limits.files ?? MAX_FILES,
  maxBytes: (limits.megabytes ?? MAX_MEGABYTES) * 1024 * 1024,
});
