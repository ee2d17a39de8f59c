// The only definition of what is masked: for reports, for what is stored, and for what leaves this machine.

import { maskEncoded } from "./redact-encoded.ts";
import { FIELD_RULES } from "./redact-fields.ts";
import { KEY_RULES } from "./redact-keys.ts";
import { CONTACT_RULES } from "./redact-contact.ts";
import { NAMED_RULES } from "./redact-named.ts";
import { PLACED_RULES } from "./redact-placed.ts";
import { PERSON_RULES } from "./redact-person.ts";
import { applyRules, type Mark, plainMark, readyRules } from "./redact-rule.ts";

/** Whole structures come first, so that no later rule leaves half of one. */
const RULES = readyRules([
  ...KEY_RULES,
  ...PLACED_RULES,
  ...PERSON_RULES,
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
  const masked = applyRules(RULES, text, mark);
  return maskEncoded(
    masked,
    (plain) => applyRules(RULES, plain, mark),
    (value) => mark("secret", value),
  );
}

/** Masks a value that is stored under a name. The name itself may show that the value is secret. */
export function redactNamed(name: string, value: string, mark: Mark = plainMark): string {
  const quoted = `${name}="${value.slice(0, 200).replaceAll(/["\n]/g, " ")}"`;
  const [, kind] = /^⟨([a-z-]+)⟩$/.exec(redactSecrets(quoted).slice(name.length + 1)) ?? [];
  return kind === undefined || redactSecrets(quoted).slice(0, name.length) !== name
    ? redactWith(value, mark)
    : mark(kind, value);
}
