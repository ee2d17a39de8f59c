import type { TelemetryQuery } from "../../domain/query.ts";
import { isoTime } from "../../domain/time.ts";
import type { ArgumentTemplate } from "./types.ts";

/** Names that may stand in a query of another language: nothing that quotes, escapes or ends a string. */
const PLAIN_NAME = /^[\p{L}\p{N}._:@/-]{1,253}$/u;
const PLACEHOLDER = /\{(\w+)\}/g;
const LIMIT = 1_000;
const STEPS = 500;
const MIN_STEP_SECONDS = 15;

/** The placeholders of argument templates. `entity`: one call for each entity of the query. */
export const PLACEHOLDERS = [
  "start",
  "end",
  "start_ms",
  "end_ms",
  "start_s",
  "end_s",
  "step_seconds",
  "limit",
  "entity",
] as const;

/** True if some text of the templates holds `{entity}`. */
export const needsEntity = (template: ArgumentTemplate): boolean => JSON.stringify(template).includes("{entity}");

/** True if an entity may stand in a query. Its name comes from telemetry, so anybody may have chosen it. */
export const isPlainName = (entity: string): boolean => PLAIN_NAME.test(entity);

/** The arguments of one call. A text that is one placeholder of a number becomes a number. */
export function fillArguments(
  template: Readonly<Record<string, ArgumentTemplate>>,
  query: Pick<TelemetryQuery, "range" | "limit" | "stepMs">,
  entity: string,
): Record<string, unknown> {
  const { startMs, endMs } = query.range;
  const evenStep = Math.max(MIN_STEP_SECONDS, Math.ceil((endMs - startMs) / 1_000 / STEPS));
  const values: Record<(typeof PLACEHOLDERS)[number], string | number> = {
    start: isoTime(startMs),
    end: isoTime(endMs),
    start_ms: startMs,
    end_ms: endMs,
    start_s: Math.floor(startMs / 1_000),
    end_s: Math.ceil(endMs / 1_000),
    step_seconds: query.stepMs === null ? evenStep : Math.max(1, Math.round(query.stepMs / 1_000)),
    limit: Math.min(query.limit ?? LIMIT, LIMIT),
    entity,
  };
  const known: ReadonlyMap<string, string | number> = new Map(Object.entries(values));
  const filled = (value: ArgumentTemplate): unknown => {
    if (typeof value === "string") {
      const whole = known.get(/^\{(\w+)\}$/.exec(value)?.[1] ?? "");
      return whole ?? value.replaceAll(PLACEHOLDER, (text, name: string) => String(known.get(name) ?? text));
    }
    if (typeof value !== "object" || value === null) return value;
    if (isList(value)) return value.map(filled);
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filled(inner)]));
  };
  return filled(template) as Record<string, unknown>;
}

const isList = (value: object): value is readonly ArgumentTemplate[] => Array.isArray(value);
