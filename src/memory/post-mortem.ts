import { parse as parseYaml } from "yaml";
import { PastIncident } from "./past-incident.ts";

/** Common headings of each part. */
const SECTIONS = {
  symptoms: /^(?:symptoms?|summary|overview|impact|detection|what happened|description|timeline|alerts?)\b/i,
  cause: /^(?:root[ -]?causes?|causes?|trigger|why|contributing factors?)\b/i,
  resolution: /^(?:resolution|mitigation|remediation|fix|recovery|action items?|actions?|what we did)\b/i,
} as const;
type Part = keyof typeof SECTIONS;

const FRONT_MATTER = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;
const ISO_DATE = /\b(20\d\d-[01]\d-[0-3]\d)(?:[T ]([0-2]\d:[0-5]\d(?::[0-5]\d)?)Z?)?/;

/**
 * - `name`: the file's name without its extension.
 * - `changedAtMs`: when the file changed, Unix milliseconds: the time of the incident if the text has none.
 * - `causes`: cause ids of the catalogue.
 */
export type PostMortemFile = { name: string; text: string; changedAtMs: number; causes: readonly string[] };

/**
 * Reads a post-mortem in Markdown. Front matter may hold any field of `PastIncident`. The rest comes from the text: the
 * title from the first heading, the day from the file's name or the text, symptoms, cause and resolution from sections
 * with such headings. A cause counts only if the text holds its catalogue id: a guess would mislead every later
 * analysis.
 *
 * @returns what is wrong with it if it cannot be read.
 */
export function readPostMortem({ name, text, changedAtMs, causes }: PostMortemFile): PastIncident | { wrong: string } {
  const front = FRONT_MATTER.exec(text);
  let fields: unknown = {};
  try {
    fields = front?.[1] === undefined ? {} : (parseYaml(front[1], { logLevel: "error", schema: "core" }) ?? {});
  } catch (cause) {
    const problem = cause instanceof Error ? (cause.message.split("\n")[0] ?? "").replace(/:$/, "") : String(cause);
    return { wrong: `its front matter is not YAML (${problem})` };
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields))
    return { wrong: "its front matter has no `key: value` fields" };
  const body = front === null ? text : text.slice(front[0].length);
  if (body.trim() === "" && Object.keys(fields).length === 0) return { wrong: "it is empty" };
  const parts = partsOf(body);
  const known = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key === "date" ? "at" : key, value]));
  const parsed = PastIncident.safeParse({
    id: name,
    title: titleOf(body) ?? name,
    at: dayOf(name) ?? dayOf(body) ?? new Date(changedAtMs).toISOString(),
    cause: causes.find((cause) => new RegExp(`(?<![a-z0-9_])${cause}(?![a-z0-9_])`).test(parts.cause)) ?? null,
    symptoms: [parts.symptoms, parts.cause].filter((part) => part !== "").join("\n") || body.trim(),
    resolution: parts.resolution === "" ? null : parts.resolution,
    ...known,
  });
  return parsed.success
    ? parsed.data
    : {
        wrong: parsed.error.issues
          .slice(0, 3)
          .map(({ path, message }) => `${path.join(".") || "it"}: ${message}`)
          .join("; "),
      };
}

function partsOf(body: string): Record<Part, string> {
  const parts: Record<Part, string> = { symptoms: "", cause: "", resolution: "" };
  let current: Part | null = null;
  for (const line of body.split(/\r?\n/)) {
    const heading = /^#{1,6}[ \t]+(.+)$/.exec(line)?.[1];
    if (heading !== undefined) current = partNamed(heading);
    else if (current !== null) parts[current] += `${line}\n`;
  }
  return { symptoms: parts.symptoms.trim(), cause: parts.cause.trim(), resolution: parts.resolution.trim() };
}

function partNamed(heading: string): Part | null {
  const bare = heading.replace(/[*_`#]/g, "").trim();
  if (SECTIONS.cause.test(bare)) return "cause";
  if (SECTIONS.resolution.test(bare)) return "resolution";
  return SECTIONS.symptoms.test(bare) ? "symptoms" : null;
}

const titleOf = (body: string): string | undefined => /^#[ \t]+(.+)$/m.exec(body)?.[1]?.trim();

function dayOf(text: string): string | undefined {
  const [, day, time] = ISO_DATE.exec(text) ?? [];
  return day === undefined ? undefined : `${day}T${time ?? "00:00"}Z`;
}
