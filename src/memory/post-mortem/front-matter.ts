import { parse as parseYaml } from "yaml";
import { Outcome } from "../../domain/memory.ts";
import { findDate } from "./dates.ts";

const FRONT_MATTER = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;

/** Keys of front matter, as people and their tools name them, by the field of a past incident that they fill. */
const KEYS = {
  id: ["id", "incident_id", "incident_number", "number", "key"],
  title: ["title", "name", "incident", "headline"],
  at: ["at", "date", "incident_date", "started", "start", "start_time", "started_at", "occurred_at", "when"],
  system: ["system"],
  entity: ["entity"],
  cause: ["cause", "root_cause", "rootcause"],
  symptoms: ["symptoms", "summary", "description", "impact"],
  resolution: ["resolution", "fix", "mitigation"],
  severity: ["severity", "sev", "priority", "impact_level"],
  services: ["services", "service", "affected_services", "affected", "components", "affected_components", "systems"],
  outcome: ["outcome"],
  by: ["by"],
} as const;
type Field = keyof typeof KEYS;
const FIELD_OF: ReadonlyMap<string, Field> = new Map(
  Object.entries(KEYS).flatMap(([field, keys]) => keys.map((key): [string, Field] => [key, field as Field])),
);

/**
 * `fields`: fields of the past incident. `cause` is an id of the catalogue; any other cause is in `causeText`.
 * `ignored`: keys that were skipped.
 */
export type FrontMatter = {
  fields: Readonly<Partial<Record<Field, string | readonly string[]>>>;
  causeText: string;
  ignored: readonly string[];
  body: string;
};

/**
 * Reads the YAML block above a text and skips unknown keys. @returns what is wrong with the block, if it is invalid.
 */
export function readFrontMatter(text: string, causes: readonly string[]): FrontMatter | { wrong: string } {
  const block = FRONT_MATTER.exec(text);
  if (block?.[1] === undefined) return { fields: {}, causeText: "", ignored: [], body: text };
  let given: unknown;
  try {
    given = parseYaml(block[1], { logLevel: "error", schema: "core" }) ?? {};
  } catch (cause) {
    const problem = cause instanceof Error ? (cause.message.split("\n")[0] ?? "").replace(/:$/, "") : String(cause);
    return { wrong: `its front matter is not YAML (${problem})` };
  }
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return { wrong: "its front matter has no `key: value` fields" };
  const fields: Partial<Record<Field, string | readonly string[]>> = {};
  const ignored: string[] = [];
  let causeText = "";
  for (const [key, value] of Object.entries(given)) {
    const field = FIELD_OF.get(
      key
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, "_"),
    );
    const read = field === undefined ? null : valueOf(field, value, causes);
    if (field === "cause" && read === null) causeText = textOf(value);
    if (field === undefined || (read === null && field !== "cause")) ignored.push(key);
    else if (read !== null && fields[field] === undefined) fields[field] = read;
  }
  return { fields, causeText, ignored, body: text.slice(block[0].length) };
}

/** Null if the value does not fit the field. */
function valueOf(field: Field, value: unknown, causes: readonly string[]): string | readonly string[] | null {
  if (field === "services") {
    const list = Array.isArray(value) ? value.map(textOf) : textOf(value).split(/[,;]/);
    return list.map((name) => name.trim()).filter((name) => name !== "");
  }
  const text = Array.isArray(value) ? value.map(textOf).join("\n") : textOf(value);
  if (text === "") return null;
  if (field === "at") return findDate(text);
  if (field === "cause") return causes.includes(text) ? text : null;
  if (field === "outcome") return Outcome.safeParse(text).success ? text : null;
  return text;
}

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value).trim() : "";
