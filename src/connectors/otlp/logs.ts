import { z } from "zod";
import { instanceOf, type OtlpResource, writerOf } from "./resource.ts";
import { attributesOf, firstOf, HexId, nameOf, type OtlpAttributes, textOfValue, Whole } from "./values.ts";

const Record = z.object({
  timeUnixNano: Whole.nullish(),
  observedTimeUnixNano: Whole.nullish(),
  severityNumber: z.union([z.number(), z.string()]).nullish(),
  severityText: z.string().nullish(),
  body: z.unknown().optional(),
  attributes: z.unknown().optional(),
  traceId: HexId.catch(null), // the text is worth more than its trace
  spanId: HexId.catch(null),
  eventName: z.string().nullish(),
});

/** The first severity number of each level. @see https://opentelemetry.io/docs/specs/otel/logs/data-model/ */
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
const NUMBERS_PER_LEVEL = 4;
/** Text that states its level already, as most formats do near the start. */
const STATES_LEVEL = /^.{0,60}?\b(?:trace|debug|info|notice|warn|warning|error|err|fatal|critical|crit|panic)\b/i;
const MAX_LEVEL = 20;

/** A log record as a line of `logs.jsonl`, and its time. */
export type OtlpLogLine = { timeUnixNano: bigint; service: string; pod: string | null; line: string };

/**
 * Reads a log record. The text begins with the level, as in recorded folders, and ends with the exception that the
 * attributes describe.
 *
 * @returns the reason why it cannot be read, if so.
 */
export function logLineOf(raw: unknown, resource: OtlpResource, receivedAtMs: number): OtlpLogLine | string {
  const parsed = Record.safeParse(raw);
  if (!parsed.success) return `a log record is not valid: ${reasonOf(parsed.error)}`;
  const { timeUnixNano, observedTimeUnixNano, traceId, spanId, attributes: list } = parsed.data;
  const attributes = attributesOf(list);
  const text = textOf(parsed.data, attributes);
  if (text === "") return "a log record has no body";
  const nanos = timeUnixNano || observedTimeUnixNano || BigInt(receivedAtMs) * 1_000_000n;
  const [service, pod] = [writerOf(resource), instanceOf(resource)];
  const line = JSON.stringify({
    timeUnixNano: String(nanos),
    service,
    pod: pod ?? "",
    body: text,
    ...(traceId === null ? {} : { traceId, ...(spanId === null ? {} : { spanId }) }),
  });
  return { timeUnixNano: nanos, service, pod, line };
}

type LogFields = Pick<z.infer<typeof Record>, "body" | "severityNumber" | "severityText" | "eventName">;

function textOf({ body, severityNumber, severityText, eventName }: LogFields, attributes: OtlpAttributes): string {
  const own = textOfValue(body) || nameOf(eventName ?? "");
  const exception = exceptionOf(attributes, own);
  const whole = [own, exception].filter((part) => part !== "").join("\n");
  const level = severityText?.trim().slice(0, MAX_LEVEL) || levelOf(severityNumber);
  return whole === "" || level === null || isJson(whole) || STATES_LEVEL.test(whole) ? whole : `${level} ${whole}`;
}

const isJson = (text: string): boolean => text.startsWith("{");

/** JSON gives the number, or the name of the enum: `SEVERITY_NUMBER_WARN2`. */
function levelOf(severity: number | string | null | undefined): string | null {
  if (typeof severity === "string") return /^SEVERITY_NUMBER_([A-Z]+)/.exec(severity)?.[1] ?? null;
  return LEVELS[Math.floor(((severity ?? 0) - 1) / NUMBERS_PER_LEVEL)] ?? null;
}

/** The exception in attributes, unless the text holds it: the stack trace, or type and message. */
export function exceptionOf(attributes: OtlpAttributes, text = ""): string {
  const [type, message] = [attributes.get("exception.type") ?? "", attributes.get("exception.message") ?? ""];
  const stack = firstOf(attributes, ["exception.stacktrace"]);
  const summary = [type, message].filter((part) => part !== "").join(": ");
  if (stack !== null && !text.includes(stack.slice(0, 200))) return stack;
  return text.includes(message) && (message !== "" || text.includes(type)) ? "" : summary;
}

/** The first thing that is wrong with a record. */
export const reasonOf = ({ issues: [first] }: z.ZodError): string =>
  first === undefined ? "unknown" : `${first.path.join(".") || "it"}: ${first.message}`.slice(0, 200);
