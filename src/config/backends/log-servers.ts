import { z } from "zod";
import type { Env } from "../env.ts";
import { BACKEND_KEYS, type BackendConfig, backendFromEnv, readBackend } from "./settings.ts";

/**
 * `labels`: labels or fields that name entities, and the kind of entity. `link`: an address with `{query}` or
 * `{queryJson}`, `{startMs}`, `{endMs}`. `records`: of one analysis.
 */
const LOG_SERVER_KEYS = {
  labels: z
    .record(z.string().min(1).max(200), z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, "a kind such as service"))
    .optional(),
  link: z
    .string()
    .regex(/^https?:\/\/.*\{query(?:Json)?\}/, "an http(s) address with {query} or {queryJson} in it")
    .optional(),
  records: z.coerce.number().int().positive().optional(),
} as const;

const LokiFile = z.strictObject({ kind: z.literal("loki"), ...BACKEND_KEYS, ...LOG_SERVER_KEYS });

/** The kinds of servers of logs. */
export const LOG_SERVER_FILES = [LokiFile] as const;
type LogServerFile = z.infer<(typeof LOG_SERVER_FILES)[number]>;
/** The prefixes of their variables, such as `LOKI_URL`. */
export const LOG_SERVER_PREFIXES = ["LOKI"] as const;

/** What all servers of logs have. `maxRecords`: of one answer. `link`: a template of a page that shows a query. */
type CommonConfig = BackendConfig & {
  labels: readonly { label: string; kind: string }[];
  link: string | null;
  maxRecords: number;
};
export type LogServerConfig = CommonConfig & { kind: "loki" };

const MAX_RECORDS = 300_000;
const KINDS: ReadonlySet<string> = new Set(["loki"]);

export const isLogServer = <S extends { kind: string }>(file: S): file is Extract<S, LogServerFile> =>
  KINDS.has(file.kind);

export const logServersFromEnv = (env: Env): { place: string; file: LogServerFile | undefined }[] => {
  const loki = backendFromEnv(env, "LOKI");
  return [{ place: "LOKI", file: loki && { kind: "loki", ...loki } }];
};

export const readLogServer = (file: LogServerFile, place: string): LogServerConfig => ({
  kind: file.kind,
  ...readBackend(file, file.kind, place),
  labels: Object.entries(file.labels ?? {}).map(([label, kind]) => ({ label, kind })),
  link: file.link ?? null,
  maxRecords: file.records ?? MAX_RECORDS,
});
