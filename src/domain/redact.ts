// The only definition of what is masked: for reports, for what is stored, and for what leaves this machine.

import { CALL_RULES } from "./redact-calls.ts";
import { maskEncoded } from "./redact-encoded.ts";
import { hintsOf } from "./redact-hints.ts";
import { FIELD_RULES } from "./redact-fields.ts";
import { KEY_RULES } from "./redact-keys.ts";
import { CONTACT_RULES } from "./redact-contact.ts";
import { LINK_RULES } from "./redact-links.ts";
import { LOCATION_RULES } from "./redact-location.ts";
import { NAMED_RULES } from "./redact-named.ts";
import { PLACED_RULES } from "./redact-placed.ts";
import { PEOPLE_RULES } from "./redact-names.ts";
import { maskPairs } from "./redact-pairs.ts";
import { PERSON_RULES } from "./redact-person.ts";
import { PROSE_RULES } from "./redact-prose.ts";
import { applyRules, type Mark, plainMark, readyRules } from "./redact-rule.ts";

/** Whole structures come first, so that no later rule leaves half of one. */
const RULES = readyRules([
  ...KEY_RULES,
  ...PLACED_RULES,
  ...PROSE_RULES,
  ...CALL_RULES,
  ...LINK_RULES,
  ...PEOPLE_RULES,
  ...PERSON_RULES,
  ...LOCATION_RULES,
  ...CONTACT_RULES,
  ...NAMED_RULES,
  ...FIELD_RULES,
]);

/** No value that a rule masks is shorter. */
const SHORTEST = 4;

/**
 * Replaces credentials and personal data with marks such as `⟨secret⟩` or `⟨email⟩`. Everything else stays: pod names,
 * trace ids, hashes and numbers are needed to understand an incident. Masking masked text changes nothing.
 */
export const redactSecrets = (text: string): string => redactWith(text, plainMark);

/** As `redactSecrets`, with marks of the caller's choice. */
export function redactWith(text: string, mark: Mark): string {
  if (text.length < SHORTEST) return text;
  const mask = (plain: string): string => {
    const hints = hintsOf(plain.toLowerCase());
    const paired = maskPairs(plain, hints, kindBeside, mark);
    return paired === plain ? applyRules(RULES, plain, mark, hints) : applyRules(RULES, paired, mark);
  };
  return maskEncoded(mask(text), mask, (value) => mark("secret", value));
}

/** The kind of a value that stands under a name; null if nothing of it is masked. */
function kindBeside(name: string, value: string): string | null {
  const quoted = `${name}="${value.slice(0, 200).replaceAll(/["\n]/g, " ")}"`;
  const masked = applyRules(RULES, quoted, plainMark);
  if (!masked.startsWith(`${name}=`)) return null;
  const [, kind = null] = /^"?⟨([a-z-]+)⟩"?$/.exec(masked.slice(name.length + 1)) ?? [];
  return kind;
}

/** Masks a value that is stored under a name. The name itself may show that the value is secret. */
export function redactNamed(name: string, value: string, mark: Mark = plainMark): string {
  const kind = kindBeside(name, value);
  return kind === null ? redactWith(value, mark) : mark(kind, value);
}
