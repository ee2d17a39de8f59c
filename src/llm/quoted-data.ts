import { redactSecrets } from "../domain/redact.ts";
import { shownName } from "./quoting/names.ts";
import { typedValue } from "./quoting/typed-value.ts";

// Everything foreign enters a prompt through these functions: as a name, a typed value, or a text reduced to words of
// operations. See docs/model.md, "What a model can see and do".

/** No control or invisible characters, compatibility forms as the characters that they look like, no secrets. */
function clean(text: string, longest: number): string {
  const visible = text
    .slice(0, longest * 4)
    .toWellFormed()
    .normalize("NFKC")
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .replaceAll(/\p{Cf}/gu, "");
  return redactSecrets(visible).trim();
}

const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`;

/**
 * A text of telemetry or people: a value of a fact, a log template, a title. A typed value or a name is shown as it
 * is; of any other text, words of operations and typed parameters. Secrets are masked before the cut, so that no part
 * of one stays.
 *
 * @param names ids of entities that the text may mention.
 */
export const quotedText = (text: string, longest: number, names: ReadonlySet<string> = new Set()): string =>
  cut(typedValue(clean(text, longest), names), longest);

/**
 * What the person at the terminal asks. Who runs the program may ask its model anything, so the words stay as they
 * are, but for secrets and invisible characters. A question over the network passes `quotedText`: anybody may have
 * written it.
 */
export const ownWords = (text: string, longest: number): string => cut(clean(text, longest), longest);

/**
 * A name of an entity, metric, operation, label or alert: as it is if it has the form of a name, otherwise a handle.
 */
export const quotedName = (name: string): string => shownName(name);

/** JSON without angle brackets, so that text in it cannot close the block that it is in. */
export const quotedJson = (data: unknown): string =>
  JSON.stringify(data)
    .replaceAll("<", String.raw`\u003c`)
    .replaceAll(">", String.raw`\u003e`);

/** ISO 8601; null for null and for times that no calendar has. */
export const quotedTime = (ms: number | null): string | null =>
  ms === null || Number.isNaN(new Date(ms).getTime()) ? null : new Date(ms).toISOString();
