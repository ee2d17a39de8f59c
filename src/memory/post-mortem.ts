import { PastIncident } from "./past-incident.ts";
import { findDate } from "./post-mortem/dates.ts";
import { readFrontMatter } from "./post-mortem/front-matter.ts";
import { plainText } from "./post-mortem/parts.ts";
import { type PartTexts, readParts } from "./post-mortem/read-parts.ts";

const MAX_SERVICES = 50;
const MAX_SERVICE_CHARS = 100;

/** `notes`: what was skipped or assumed, for the person who imports it. `followUp`: action items and lessons. */
export type PostMortemFile = { name: string; text: string; changedAtMs: number; causes: readonly string[] };

/** `notes`: what was passed over or assumed, for the person who imports it. `followUp`: action items and lessons. */
export type PostMortem = { past: PastIncident; notes: readonly string[]; followUp: string };

/**
 * Reads a post-mortem in Markdown, as people write them. Front matter may hold any field of `PastIncident`. The rest
 * comes from the text: the title from the first heading, the day from a label, the file's name or the text, and each
 * part from sections or labels with its usual names. Action items are no resolution. A cause counts only if the text
 * holds its catalogue id: a guess would mislead every later analysis.
 *
 * @returns what is wrong with it if it cannot be read.
 */
export function readPostMortem({ name, text, changedAtMs, causes }: PostMortemFile): PostMortem | { wrong: string } {
  const front = readFrontMatter(text, causes);
  if ("wrong" in front) return front;
  const { fields, body, causeText, ignored } = front;
  if (body.trim() === "" && Object.keys(fields).length === 0 && ignored.length === 0) return { wrong: "it is empty" };
  const parts = readParts(body);
  const cause = [causeText, parts.cause].filter((part) => part !== "").join("\n");
  const at = fields.at ?? dateOf(parts, name, body);
  const parsed = PastIncident.safeParse({
    id: name,
    title: titleOf(parts) ?? name,
    cause: causes.find((id) => new RegExp(`(?<![a-z0-9_])${id}(?![a-z0-9_])`).test(cause)) ?? null,
    resolution: parts.resolution === "" ? null : parts.resolution,
    severity: parts.severity === "" ? null : plainText(firstLine(parts.severity)).slice(0, 50),
    services: servicesIn(parts.services),
    ...fields,
    symptoms: symptomsOf(fields.symptoms, parts, cause) || body.trim(),
    at: at ?? new Date(changedAtMs).toISOString(),
  });
  if (!parsed.success)
    return {
      wrong: parsed.error.issues
        .slice(0, 3)
        .map(({ path, message }) => `${path.join(".") || "it"}: ${message}`)
        .join("; "),
    };
  const notes = [
    ...(ignored.length === 0 ? [] : [`front matter ignored: ${ignored.join(", ")}`]),
    ...(at === null ? ["it names no day; used the file's own date"] : []),
  ];
  return { past: parsed.data, notes, followUp: parts.followUp };
}

const symptomsOf = (given: string | readonly string[] | undefined, parts: PartTexts, cause: string): string =>
  [...(given === undefined ? [] : [String(given)]), parts.symptoms, cause].filter((part) => part !== "").join("\n");

const titleOf = ({ title, heading }: PartTexts): string | undefined => {
  const found = title === "" ? heading : plainText(firstLine(title));
  return found === null || found === "" ? undefined : found;
};

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

/** The day from its label, else from the file's name, the heading or the text. */
const dateOf = ({ date, heading }: PartTexts, name: string, body: string): string | null =>
  findDate(date) ?? findDate(name) ?? findDate(heading ?? "") ?? findDate(body);

/** Names between commas, in a list or in a table: `search, web`, `- orders (EU)`. */
function servicesIn(text: string): string[] {
  const names = text
    .split(/[,;\n|]|\band\b/)
    .map((part) => plainText(part.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, "")).replace(/[.\s]+$/, ""))
    .filter(
      (part) => part !== "" && !/^(?:n\/?a|none|all|unknown|[-: ]+)$/i.test(part) && part.length <= MAX_SERVICE_CHARS,
    );
  return [...new Set(names)].slice(0, MAX_SERVICES);
}
